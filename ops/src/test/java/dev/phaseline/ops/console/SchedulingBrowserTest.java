package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.schemas.schedule.ScheduleFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Forms that put work into the system or change where it runs, in a real browser over a console in
/// memory. Skipped where there is no Chromium with its driver.
@Tag("browser")
final class SchedulingBrowserTest {
  @TempDir static Path folder;
  private static @Nullable Browser shared;
  private final Scene scene = new Scene();

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Browser.installed().isPresent(),
        "no chromedriver: apt-get install chromium chromium-driver");
    shared = Browser.start(folder);
    shared.size(1440, 1000);
  }

  @AfterAll
  static void stop() throws Exception {
    if (shared != null) shared.close();
  }

  private static Browser browser() {
    if (shared == null) throw new IllegalStateException("no browser");
    return shared;
  }

  @AfterEach
  void close() throws Exception {
    var errors = browser().errors();
    scene.close();
    assertThat(errors).as("the page's own errors").isEmpty();
  }

  private void open(String path) throws Exception {
    browser().open("about:blank");
    browser().open(scene.url("/#" + path));
  }

  @Test
  void aJobIsSubmittedByAFormThatKnowsItsMembers() throws Exception {
    open("/jobs");
    browser().click("Submit a job …");
    browser().awaitText("country");
    browser().type("m.country", "XX");
    browser().type("m.limit", "12");
    browser().type("id", "by-hand");
    browser().type("tags", "source=crm");
    browser().click("Submit");
    browser().awaitText("there is no country XX");
    assertThat(scene.entry.submitted).isEmpty();
    browser().type("m.country", "DE");
    browser().click("Submit");
    browser().awaitText("Job by-hand is submitted.");
    assertThat(scene.entry.submitted).singleElement().satisfies(this::isWhatWasTyped);
    assertThat(scene.audit.newest(1).getFirst().action()).isEqualTo("submit");
  }

  private void isWhatWasTyped(JobEntry.NewJob job) {
    assertThat(job.json()).isEqualTo("{\"country\":\"DE\",\"limit\":12}");
    assertThat(job.tags()).containsEntry("source", "crm");
  }

  @Test
  void schedulesAreListedWithWhatIsWrongAndChanged() throws Exception {
    open("/schedules");
    browser().awaitText("countries-hourly");
    browser().awaitText("paused itself after 3 failed runs");
    browser().awaitText("of-tomorrow can't be read");
    assertThat(browser().run("return document.querySelectorAll('.recent .dead').length").asInt())
        .as("runs of 'reports' that failed")
        .isEqualTo(3);
    assertThat(browser().run("return document.querySelectorAll('.recent .skipped').length").asInt())
        .isEqualTo(4);
    picture("schedules");
    browser().clickAt("//button[@aria-label='Pause countries-hourly']");
    browser().type("reason", "the shop is closed");
    browser().clickAt("//dialog//button[@type='submit']");
    browser().await("it is paused", () -> scene.schedules.require("countries-hourly").isHeld());
    assertThat(scene.audit.newest(1).getFirst().action()).isEqualTo("pause");
    browser().clickAt("//button[@aria-label='Run feeds now']");
    browser().clickAt("//dialog//button[@type='submit']");
    browser().awaitText("Job feeds~1+4fc1a2 is ordered.");
  }

  @Test
  void queuesAreListedWithTheirConsumersAndDeadLetters() throws Exception {
    open("/queues");
    browser().awaitText("12,345");
    browser().awaitText("consumer-mails-1 at 10.0.0.7");
    browser().awaitText("3 min");
    picture("queues");
    browser().clickAt("//a[contains(@href, 'queue.mails')]");
    browser().awaitText("Dead letters");
    browser()
        .await(
            "the letters of the queue",
            () -> browser().run("return location.hash").asText().equals("#/dead/queue.mails"));
  }

  @Test
  void intervalAndTimeoutAreEditedInThePage() throws Exception {
    open("/schedule/countries-hourly");
    browser().awaitText("Next 24 hours");
    picture("schedule");
    browser().clickAt("//button[@aria-label='Edit countries-hourly']");
    browser().type("every", "0s");
    browser().clickAt("//dialog//button[@type='submit']");
    browser().awaitText("the shortest interval is 100ms");
    browser().type("every", "30m");
    browser().type("timeout", "4m");
    browser().clickAt("//dialog//button[@type='submit']");
    browser().awaitText("Schedule countries-hourly is changed.");
    var json = ScheduleFormat.toJson(scene.schedules.require("countries-hourly").spec());
    assertThat(json.path("every").asText()).isEqualTo("30m");
    assertThat(json.path("timeout").asText()).isEqualTo("4m");
    assertThat(json.path("offset").asText()).as("left alone").isEqualTo("5m");
  }

  @Test
  void aPhaseIsPausedOnOneServerAndItsNumberSetThere() throws Exception {
    open("/placement");
    browser().awaitText("18.4k waiting");
    browser().awaitText("worker-2 gone");
    picture("placement");
    browser().clickAt("//button[@aria-label='Change cities.store on worker-1']");
    browser().run("document.querySelector('[name=run]').value = 'paused'");
    browser().type("permits", "12");
    browser().type("reason", "its disk is full");
    browser().clickAt("//dialog//button[@type='submit']");
    browser().awaitText("cities.store on worker-1: 12 at once, paused.");
    browser().awaitText("12 set here");
    var there = new ControlScope.OfPhaseAt("worker-1", new ControlScope.OfPhase("cities", "store"));
    assertThat(scene.commands.settings())
        .containsOnlyKeys(there)
        .hasEntrySatisfying(
            there,
            setting -> {
              assertThat(setting.run()).isEqualTo(RunState.PAUSED);
              assertThat(setting.permits()).isEqualTo(12);
              assertThat(setting.author().reason()).isEqualTo("its disk is full");
            });
    open("/");
    browser().awaitText("Phase cities.store on server worker-1 is paused by");
  }

  /// With `-Dconsole.pictures=FOLDER`: in light and dark, and on a phone.
  private static void picture(String name) throws Exception {
    var folder = System.getProperty("console.pictures");
    if (folder == null) return;
    Files.write(Path.of(folder, name + ".png"), browser().picture());
    browser().dark(true);
    Files.write(Path.of(folder, name + "-dark.png"), browser().picture());
    browser().dark(false);
    browser().phone(390, 844);
    Files.write(Path.of(folder, name + "-phone.png"), browser().picture());
    browser().window();
  }
}
