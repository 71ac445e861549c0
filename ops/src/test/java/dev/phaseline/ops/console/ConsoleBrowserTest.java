package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.ops.dead.LetterQuery;
import dev.phaseline.ops.tracker.TrackerState;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.topics.ClusterException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The page in a real browser, over a console in memory. Skipped where there is no Chromium with
/// its driver; `.ci/run` installs it. With `-Dconsole.pictures=FOLDER` it also takes pictures.
@Tag("browser")
final class ConsoleBrowserTest {
  private static final String IS_DRAWN =
      "return document.querySelectorAll('main > *').length > 1"
          + " && !document.querySelector('main').innerText.includes('Looking …')";

  private static final String SLOW_PAGES =
      "const ask = window.fetch; window.fetch = async (path, how) => {"
          + "const answer = await ask(path, how);"
          + "if (path.includes('cursor=')) await new Promise(done => setTimeout(done, 5000));"
          + "return answer; };";

  private static final String FIRST_LETTER =
      "const a = document.querySelector('.letters td.id a');"
          + "return a ? a.getAttribute('href') : ''";

  private static final String TOO_SMALL =
      "return [...document.querySelectorAll('button, a.button, #nav a, input, select, summary')]"
          + ".filter(e => e.getClientRects().length && e.getBoundingClientRect().height"
          + " < (e.type === 'checkbox' ? 24 : 32))"
          + ".map(e => e.tagName + '.' + e.className + ' ' + e.innerText + ' '"
          + " + e.getBoundingClientRect().height);";

  /// Also in a box that scrolls by itself: a button that has to be looked for is not found.
  private static final String BEHIND_THE_EDGE =
      "return [...document.querySelectorAll('main button, main a.button, main select')]"
          + ".filter(e => e.getClientRects().length"
          + " && e.getBoundingClientRect().right > innerWidth + 0.5)"
          + ".map(e => e.innerText + ' ' + e.getBoundingClientRect().right);";

  private static final String ENTER = "\uE007"; // as WebDriver names keys
  private static final String ESCAPE = "\uE00C";

  @TempDir static Path folder;
  private static @Nullable Browser shared;
  private Scene scene = new Scene();

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

  @BeforeEach
  void fresh() throws Exception {
    browser().open("about:blank");
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
  void theOverviewShowsTroubleFirstAndEachPhase() throws Exception {
    open("/");
    browser().awaitText("Worker worker-2 has been silent");
    // Workers, the tracker and the stream of events are asked side by side, and come in any order.
    for (var word : List.of("fetch", "normalize", "store", "18.4k", "Live")) {
      browser().awaitText(word);
    }
    browser().awaitText("2 dead letters wait in cities.store");
    var text = browser().text();
    assertThat(text.indexOf("Worker worker-2")).isBetween(0, text.indexOf("Waiting"));
    browser().size(1440, 1500);
    picture("overview");
    browser().size(1440, 1000);
  }

  @Test
  void jobsAreSearchedAndPagedAndOneShowsItsTimeline() throws Exception {
    open("/jobs");
    browser().awaitText("job-2");
    browser().click("Older jobs");
    browser().awaitText("job-70");
    browser().click("dead");
    browser().awaitText("job-1");
    browser().await("only the dead one", () -> !browser().text().contains("job-2"));
    picture("jobs");
    browser().click("job-1");
    browser().awaitText("Timeline");
    browser().awaitText("java.sql.SQLTimeoutException");
    picture("job");
    open("/jobs?q=colour%3Dred");
    browser().awaitText("there is no field 'colour'");
    open("/job/job-404");
    browser().awaitText("there is no job 'job-404'");
  }

  /// The list asks anew every 3 seconds; what was asked for in between must not get lost.
  @Test
  void olderJobsComeHoweverLongTheirAnswerTakes() throws Exception {
    open("/jobs");
    browser().awaitText("job-2");
    browser().run(SLOW_PAGES);
    browser().click("Older jobs");
    browser().awaitText("job-70");
    assertThat(browser().text()).as("what was there before").contains("job-2");
  }

  @Test
  void aJobIsCancelledWithAReason() throws Exception {
    open("/job/job-2");
    browser().click("Cancel job …");
    browser().type("reason", "wrong file");
    browser().click("Cancel the job");
    browser().awaitText("The job is cancelled.");
    open("/audit");
    browser().awaitText("wrong file");
    picture("audit");
  }

  @Test
  void aLetterIsRevealedOnlyWhenAskedAndThatIsNoted() throws Exception {
    open("/dead/cities/0-0");
    browser().awaitText("timed out: no answer within 30 s");
    assertThat(browser().text()).doesNotContain("Ulm");
    assertThat(scene.audit.newest(5)).isEmpty();
    browser().click("Reveal payload");
    browser().awaitText("Ulm");
    picture("letter");
    assertThat(scene.audit.newest(5).getFirst().action()).isEqualTo("reveal");
    browser().click("Hide");
    browser().await("it is hidden again", () -> !browser().text().contains("Ulm"));
  }

  @Test
  void aPayloadIsEditedAndSentAndTheEditCanBeTakenBack() throws Exception {
    open("/dead/cities/0-0");
    browser().click("Edit payload …");
    browser().type("value", "{\"name\":");
    browser().click("Keep the new payload");
    browser().awaitText("is not JSON");
    browser().type("value", "{\"name\":\"Neu-Ulm\"}");
    browser().click("Keep the new payload");
    browser().awaitText("has a new payload of 18 bytes");
    browser().awaitText("open, edited");
    browser().click("Undo …");
    browser().click("Undo");
    browser().awaitText("1 edits taken back");
    browser().click("Redrive …");
    browser().awaitText("1 of 1 letter would be sent");
    browser().click("Redrive");
    browser().awaitText("1 letter was sent.");
    browser().click("Close");
    browser().awaitText("redriven to store by");
  }

  /// A text box makes every line end LF.
  @Test
  void aTextBoxThatWasNotTouchedSendsNothingAndOneThatWasKeepsLineEnds() throws Exception {
    var payload = "id name\r\n1 K\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    var id = scene.letters.add("job-9", "store", "odd", payload, scene.now);
    open("/dead/cities/" + id);
    browser().click("Edit payload …");
    browser().click("Keep the new payload");
    browser().awaitText("has this payload already");
    assertThat(scene.audit.newest(9)).noneMatch(note -> note.action().equals("edit"));
    browser().click("Edit payload …");
    browser().type("value", "id name\n1 Kay\n");
    browser().click("Keep the new payload");
    browser().awaitText("has a new payload of 16 bytes");
  }

  @Test
  void lettersAreGroupedFilteredPickedDiscardedAndTakenBack() throws Exception {
    open("/dead");
    browser().awaitText("What died alike");
    picture("dead");
    browser().clickAt("//button[contains(@class,'group')][contains(.,'timed out')]");
    browser().awaitText("2 letters");
    browser().clickAt("//input[@aria-label='Pick letter 0-1']");
    browser().awaitText("1 letter picked");
    browser().click("Discard …");
    browser().type("reason", "not a city");
    browser().click("Discard");
    browser().awaitText("1 discarded.");
    browser()
        .await(
            "it is gone",
            () ->
                browser()
                    .run("return !document.querySelector('[aria-label=\"Pick letter 0-1\"]')")
                    .asBoolean());
    open("/dead/cities?q=state%3Ddiscarded");
    browser().clickAt("//input[@aria-label='Pick letter 0-1']");
    browser().click("Undo …");
    browser().click("Undo");
    browser().awaitText("1 open again");
  }

  @Test
  void eachGroupLeadsToItsLettersWhateverTheirReason() throws Exception {
    var at = scene.now;
    scene.letters.add("long", "store", "a \"quoted\" \\\\ reason ".repeat(20), null, at);
    scene.letters.add("blank", "store", "", null, at);
    scene.letters.add("late", "store", "\n\nreal words", null, at);
    for (var shown : List.of("a \"quoted\"", "no reason")) {
      open("/dead");
      browser().awaitText("What died alike");
      browser().clickAt("//button[contains(@class,'group')][contains(.,'%s')]".formatted(shown));
      var wanted = shown.equals("no reason") ? "2 letters" : "1 letter";
      browser().awaitText(wanted);
      assertThat(browser().text()).doesNotContain("No letter fits");
    }
  }

  @Test
  void undoActsOnWhatIsListed() throws Exception {
    scene.letters.discard("cities", LetterQuery.ALL, "no use", "tester");
    open("/dead");
    browser().awaitText("No dead letter waits.");
    open("/dead/cities?q=state%3Ddiscarded");
    browser().awaitText("6 letters");
    assertThat(isDisabled("Discard …")).as("they are discarded already").isTrue();
    browser().click("Undo …");
    browser().awaitText("Undo what was decided about 6 letters?");
    browser().click("Undo");
    browser().awaitText("6 open again");
    open("/dead");
    browser().awaitText("6 letters");
    assertThat(isDisabled("Undo …")).as("nothing was decided about them").isTrue();
  }

  private static boolean isDisabled(String button) throws Exception {
    return browser()
        .run(
            "return [...document.querySelectorAll('button')].find(b => b.innerText === '%s').disabled"
                .formatted(button))
        .asBoolean();
  }

  @Test
  void aHeldPhaseIsNeverEmpty() throws Exception {
    open("/");
    browser().awaitText("All empty in");
    scene.commands.pause(
        new ControlScope.OfPhase("cities", "store"), new Author("ann", "here", "lunch"));
    browser().awaitText("never, while cities.store is paused");
    picture("overview-held");
  }

  @Test
  void workersAreListedAlsoWhenTheirSettingsCannotBeRead() throws Exception {
    open("/audit");
    browser().run(withoutAnswer("/control"));
    browser().run("location.hash = '#/workers'");
    browser().awaitText("it can't be read");
    browser().awaitText("worker-2");
    open("/audit");
    browser().run(withoutAnswer("/workers"));
    browser().run("location.hash = '#/workers'");
    browser().awaitText("it can't be read");
    browser().awaitText("normalize");
    assertThat(browser().text()).doesNotContain("No worker has reported");
  }

  private static String withoutAnswer(String path) {
    return """
    const ask = window.fetch;
    window.fetch = (path, how) => path.endsWith('%s')
      ? Promise.resolve(new Response(
          JSON.stringify({ title: 'No', detail: "it can't be read", remedy: '' }), { status: 503 }))
      : ask(path, how);\
    """
        .formatted(path);
  }

  @Test
  void aLongRedriveShowsHowFarItIsAndStops() throws Exception {
    scene.letters.holdAfterTheFirst();
    open("/dead");
    browser().click("Redrive …");
    browser().awaitText("6 of 6 letters would be sent");
    browser().click("Redrive");
    browser().awaitText("of 6");
    browser().click("Stop");
    browser().awaitText("It ended early: stopped");
    browser().click("Close");
  }

  @Test
  void hostileTextStaysText() throws Exception {
    open("/dead/cities/0-3");
    browser().click("Reveal payload");
    browser().awaitText("<script>window.hacked=1</script>");
    assertThat(browser().text()).contains("U+202E").contains("\uD83D\uDE80").contains("\u241B");
    open("/dead");
    browser().awaitText("<script>window.hacked=1</script>");
    open("/job/job-1");
    browser().awaitText("<script>window.hacked=1</script>");
    assertThat(browser().run("return window.hacked === undefined").asBoolean()).isTrue();
    assertThat(
            browser()
                .run("return document.querySelectorAll('main script, main img').length")
                .asInt())
        .isZero();
    open("/dead/cities/0-4");
    browser().click("Reveal payload");
    browser().awaitText("binary");
    browser().awaitText("c328ff00");
    open("/dead/cities/0-5");
    browser().click("Reveal payload");
    browser().click("Show all 1,048,576 characters");
    browser()
        .await(
            "all of it is there",
            () ->
                browser()
                        .run("return document.querySelector('pre.payload').textContent.length")
                        .asInt()
                    == 1 << 20);
    assertThat(
            browser().run("return document.documentElement.scrollWidth <= innerWidth").asBoolean())
        .as("a long line does not widen the page")
        .isTrue();
  }

  @Test
  void aPhaseIsPausedAndResumedAndItsConcurrencySet() throws Exception {
    open("/workers");
    browser().awaitText("worker-2");
    browser().awaitText("auto"); // cities.normalize
    picture("workers");
    browser().click("Pause cities.store");
    browser().type("reason", "maintenance of the database");
    browser().click("Pause");
    browser().awaitText("cities.store is paused.");
    open("/");
    browser().awaitText("Phase cities.store is paused by");
    browser().click("Resume cities.store");
    browser().click("Resume");
    browser().awaitText("cities.store is running.");
    open("/workers");
    browser().awaitText("worker-2");
    browser().click("Set the concurrency of cities.store");
    browser().type("permits", "12");
    browser().click("Set");
    browser().awaitText("12 set");
    browser().click("Drain worker-1");
    browser().click("Drain");
    browser().awaitText("worker-1 is drained.");
  }

  @Test
  void transactionsThatAreNotKnownAreNotSaidToHang() throws Exception {
    scene.transactions.silent("broker 2 did not list the transactions it coordinates");
    open("/transactions");
    browser().awaitText("Not all is known: broker 2 did not list the transactions it coordinates.");
    browser().awaitText("not known while a coordinator does not answer");
    assertThat(browser().text()).contains("not known").doesNotContain("Abort the transaction");
  }

  @Test
  void aHangingTransactionIsAbortedWhereTheTroubleIsShown() throws Exception {
    open("/transactions");
    browser().awaitText("pl.cities.normalize.worker-1.0.1");
    browser().awaitText("Better not aborted: it was committed");
    browser().awaitText("<script>window.hacked=1</script>");
    assertThat(browser().run("return window.hacked === undefined").asBoolean()).isTrue();
    picture("transactions");
    browser().click("Abort the transaction of producer 1003");
    browser().awaitText("Take back what producer 1003 wrote?");
    picture("transactions-abort");
    browser().type("reason", "stuck since the restart");
    browser().click("Abort");
    browser().awaitText("Aborted in 2 partitions.");
    browser()
        .await("it is gone", () -> !browser().text().contains("pl.cities.normalize.worker-1.0.1"));
    browser().click("Abort anyway the transaction of producer 1004");
    browser().awaitText("This may lose results: it was committed");
    browser().click("Abort anyway");
    browser().awaitText("Aborted in 1 partition.");
    open("/audit");
    browser().awaitText("transaction of producer 1003");
    browser().awaitText("stuck since the restart: ");
  }

  private static void awaitFocus(String label) throws Exception {
    browser()
        .await(
            "the focus is on " + label,
            () ->
                browser()
                    .run("return document.activeElement.getAttribute('aria-label')")
                    .asText()
                    .equals(label));
  }

  private void commandByKeyboard(String button, String reason) throws Exception {
    focusOn(button);
    browser().press(ENTER);
    browser().type("reason", reason);
    browser().press(ENTER);
  }

  private static void focusOn(String label) throws Exception {
    browser()
        .await(
            "there is a button " + label,
            () ->
                browser()
                    .run(
                        "const b = document.querySelector('[aria-label=\""
                            + label
                            + "\"]'); b?.focus(); return document.activeElement === b")
                    .asBoolean());
  }

  /// By keyboard alone: what was Pause is Resume afterwards, and pressed next.
  @Test
  void theFocusStaysWhereItWasWhenAButtonTurnsIntoItsOpposite() throws Exception {
    open("/");
    browser().awaitText("Live");
    commandByKeyboard("Pause cities.store", "maintenance");
    browser().awaitText("Phase cities.store is paused by");
    awaitFocus("Resume cities.store");
    browser().press(ENTER);
    browser().awaitText("Resume cities.store?");
    browser().press(ESCAPE);
    awaitFocus("Resume cities.store");
  }

  /// Another operator was quicker: the button that opened the dialog is gone when it closes.
  @Test
  void theFocusGoesToWhatStandsInThePlaceOfAButtonThatIsGone() throws Exception {
    open("/");
    browser().awaitText("Live");
    focusOn("Pause cities.store");
    browser().press(ENTER);
    browser().awaitText("Pause cities.store?");
    var _ =
        scene.commands.pause(
            new ControlScope.OfPhase("cities", "store"), new Author("bea", "test", "quicker"));
    browser().awaitText("Phase cities.store is paused by bea");
    browser().press(ESCAPE);
    awaitFocus("Resume cities.store");
  }

  @Test
  void theFocusGoesBesideAButtonThatCanNotBePressedAnyMore() throws Exception {
    open("/workers");
    browser().awaitText("worker-2");
    commandByKeyboard("Drain cities.store", "upgrade");
    browser().awaitText("cities.store is drained.");
    awaitFocus("Resume cities.store");
    commandByKeyboard("Drain all of cities", "upgrade");
    browser().awaitText("cities is drained.");
    awaitFocus("Resume all of cities");
    commandByKeyboard("Pause worker-1", "upgrade");
    browser().awaitText("worker-1 is paused.");
    awaitFocus("Resume worker-1");
  }

  @Test
  void aRestoringTrackerShowsItsProgressAndNoCounts() throws Exception {
    scene.status.at(new TrackerState.Restoring(400, 1_000));
    open("/");
    browser().awaitText("The tracker reads its store back");
    assertThat(browser().text()).contains("400 of 1,000").doesNotContain("18.4k");
    open("/jobs");
    browser().awaitText("the tracker is restoring");
    scene.status.at(new TrackerState.Ready(0));
    browser().awaitText("job-2");
  }

  @Test
  void aBrokerThatGoesAwayIsSaidAndComesBack() throws Exception {
    open("/");
    browser().awaitText("Live");
    scene.commands.fail(new ClusterException("no broker answers"));
    browser().awaitText("Workers' heartbeats can't be read: no broker answers");
    scene.commands.fail(null);
    browser().await("it is over", () -> !browser().text().contains("heartbeats can't be read"));
  }

  @Test
  void aRestartUnderAnOpenPageIsNoticedAndSurvived() throws Exception {
    open("/");
    browser().awaitText("Live");
    scene.stop();
    browser().awaitText("The console does not answer.");
    scene.startAgain();
    browser().await("the banner is gone", () -> !browser().text().contains("does not answer"));
    browser().awaitText("Live");
    browser().click("Pause cities.fetch");
    browser().click("Pause");
    browser().awaitText("cities.fetch is paused.");
  }

  @Test
  void whoHasATokenSignsInAndAViewerMayOnlyLook() throws Exception {
    scene.close();
    var file = folder.resolve("tokens-" + System.nanoTime());
    var viewer = Tokens.create(file, "ann", Role.VIEWER, Optional.empty());
    scene = new Scene(file, 0);
    open("/");
    browser().awaitText("Sign in with your token");
    browser().type("token", "pl_wrong");
    browser().click("Sign in");
    browser().awaitText("no line of the token file fits");
    browser().type("token", viewer);
    browser().click("Sign in");
    browser().awaitText("Worker worker-2 has been silent");
    assertThat(browser().text()).doesNotContain("Pause");
    open("/dead/cities/0-0");
    browser().awaitText("Revealing it takes the role operator");
    assertThat(browser().run("return document.cookie").asText())
        .as("scripts can't read the session")
        .isEmpty();
    browser().click("Sign out");
    browser().awaitText("Sign in with your token");
  }

  @Test
  void twoOperatorsDecideOnceAndTheSecondIsToldWhy() throws Exception {
    open("/dead/cities/0-2");
    browser().awaitText("latitude 91.2");
    browser().click("Redrive …");
    browser().awaitText("1 of 1 letter would be sent");
    var other = new Http(scene).withCsrf();
    assertThat(
            other
                .post("/api/v1/dead/cities/discard", "{\"query\":\"0-2\",\"reason\":\"mine\"}")
                .json()
                .path("discarded")
                .asInt())
        .isEqualTo(1);
    browser().click("Redrive");
    browser().awaitText("0 letters were sent.");
    browser().click("Close");
    browser().awaitText("discarded by");
  }

  @Test
  void theKeyboardIsEnough() throws Exception {
    open("/");
    browser().awaitText("Overview");
    browser().press("2");
    browser().awaitText("Submitted");
    browser().press("/");
    assertThat(browser().run("return document.activeElement.id").asText()).isEqualTo("query");
    open("/");
    browser().awaitText("Live");
    browser().press("3");
    browser().awaitText("What died alike");
  }

  @Test
  void aPhoneAndASmallScreenShowEveryPageWithoutSidewaysScrolling() throws Exception {
    var letter = firstLetter();
    try {
      for (var width : new int[] {1280, 390, 360}) {
        for (var path :
            List.of(
                "/",
                "/jobs",
                "/job/job-1",
                "/dead",
                letter,
                "/workers",
                "/placement",
                "/transactions",
                "/schedules",
                "/queues",
                "/schedule/countries-hourly",
                "/audit")) {
          browser().phone(width, 844);
          turnTo(path);
          browser().await("it is drawn", () -> browser().run(IS_DRAWN).asBoolean());
          assertThat(strings(browser().run(tooWide(width))))
              .as("too wide for %s px: %s", width, path)
              .isEmpty();
          assertThat(strings(browser().run(BEHIND_THE_EDGE)))
              .as("behind the right edge at %s px: %s", width, path)
              .isEmpty();
          if (width < 500) {
            assertThat(strings(browser().run(TOO_SMALL)))
                .as("too small for a finger: %s", path)
                .isEmpty();
          }
          wholePicture("screen-" + width, path, width);
        }
      }
    } finally {
      browser().window();
    }
  }

  /// As a link of the page does; what is drawn before is wiped, so that it can't pass for the new.
  private static void turnTo(String path) throws Exception {
    browser()
        .run("document.querySelector('main').replaceChildren(); location.hash = '#" + path + "'");
  }

  private String firstLetter() throws Exception {
    open("/dead/cities");
    browser().await("there is a letter", () -> !browser().run(FIRST_LETTER).asText().isEmpty());
    return browser().run(FIRST_LETTER).asText().substring(1);
  }

  /// A script for what reaches beyond the right edge, other than in a box that scrolls by itself.
  private static String tooWide(int width) {
    return "const wide = [...document.querySelectorAll('body *')].filter(e =>"
        + " !e.closest('.scroll, #nav, pre, svg, .skip') && e.getClientRects().length"
        + " && e.getBoundingClientRect().right > 0.5 + "
        + width
        + "); const all = wide.map(e => e.tagName + '.' + e.className);"
        + "if (document.documentElement.scrollWidth > "
        + width
        + ") all.push('the page');"
        + "return all;";
  }

  private static List<String> strings(JsonNode array) {
    var all = new ArrayList<String>();
    array.forEach(one -> all.add(one.asText()));
    return all;
  }

  private static void wholePicture(String name, String path, int width) throws Exception {
    if (System.getProperty("console.pictures") == null) return;
    var height = browser().run("return document.documentElement.scrollHeight").asInt();
    browser().phone(width, Math.clamp(height, 600, 6_000));
    picture(name + path.replace('/', '-'));
  }

  private static void picture(String name) throws Exception {
    var wanted = System.getProperty("console.pictures");
    if (wanted == null) return;
    var into = Files.createDirectories(Path.of(wanted));
    for (var dark : new boolean[] {false, true}) {
      browser().dark(dark);
      Files.write(into.resolve(name + (dark ? "-dark" : "") + ".png"), browser().picture());
    }
    browser().run("delete document.documentElement.dataset.theme");
  }
}
