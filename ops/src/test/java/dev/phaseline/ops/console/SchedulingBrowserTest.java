package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Forms that put work into the system, in a real browser over a console in memory. Skipped where
/// there is no Chromium with its driver.
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
    assertThat(errors.stream().filter(line -> !line.contains("Failed to load resource")).toList())
        .as("the page's own errors")
        .isEmpty();
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
}
