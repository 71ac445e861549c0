package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phaseline.ops.tracker.TrackerState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several tabs of one browser, and what they share. Skipped where there is no Chromium.
@Tag("browser")
final class ConsoleTabsTest {
  /// More than the connections that a browser opens to one server.
  private static final int TABS = 9;

  @TempDir static Path folder;
  private static @Nullable Browser shared;
  private @Nullable Scene scene;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        Browser.installed().isPresent(),
        "no chromedriver: apt-get install chromium chromium-driver");
    shared = Browser.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (shared != null) shared.close();
  }

  @AfterEach
  void close() {
    if (scene != null) scene.close();
  }

  private static Browser browser() {
    if (shared == null) throw new IllegalStateException("no browser");
    return shared;
  }

  private Scene scene() {
    if (scene == null) scene = new Scene();
    return scene;
  }

  @Test
  void moreTabsThanConnectionsAllLiveAndCanAct() throws Exception {
    var tabs = new ArrayList<String>();
    tabs.add(browser().tab());
    for (var i = 0; i < TABS; i++) {
      if (i > 0) tabs.add(browser().newTab());
      browser().open(scene().url("/"));
      browser().awaitText("Live");
      browser().awaitText("cities");
    }
    scene().status.at(new TrackerState.Restoring(1, 4));
    for (var tab : tabs) {
      browser().tab(tab);
      browser().awaitText("The tracker reads its store back");
    }
    scene().status.at(new TrackerState.Ready(0));
    browser().tab(tabs.getFirst());
    browser().click("Pause cities.fetch");
    browser().click("Pause");
    browser().awaitText("cities.fetch is paused.");
    for (var tab : tabs.subList(1, tabs.size())) {
      browser().tab(tab);
      browser().closeTab(tabs.getFirst());
    }
    browser().awaitText("Live");
  }

  @Test
  void withoutASharedWorkerThePageAsksAndSaysSo() throws Exception {
    browser().onEachPage("delete window.SharedWorker");
    try {
      browser().open(scene().url("/"));
      browser().awaitText("Live, asked every 2 s");
      scene().status.at(new TrackerState.Restoring(1, 4));
      browser().awaitText("The tracker reads its store back");
      scene().stop();
      browser().awaitText("The console does not answer.");
      scene().startAgain();
      browser().awaitText("Live, asked every 2 s");
    } finally {
      browser().onEachPage("");
    }
  }

  @Test
  void aTokenThatIsTakenOutSignsEveryTabOutAtOnce() throws Exception {
    var file = folder.resolve("tokens");
    var token = Tokens.create(file, "ann", Role.ADMIN, Optional.empty());
    Tokens.create(file, "bob", Role.ADMIN, Optional.empty());
    scene = new Scene(file, InstantSource.system(), UnaryOperator.identity());
    var first = browser().tab();
    browser().open(scene.url("/"));
    browser().type("token", token);
    browser().click("Sign in");
    browser().awaitText("Live");
    var second = browser().newTab();
    browser().open(scene.url("/"));
    browser().awaitText("Live");
    var lines = Files.readString(file).lines().filter(line -> !line.startsWith("ann ")).toList();
    Files.write(file, lines);
    for (var tab : List.of(first, second)) {
      browser().tab(tab);
      browser().awaitText("Sign in with your token.");
    }
    browser().closeTab(first);
    var again = Tokens.create(file, "eve", Role.VIEWER, Optional.empty());
    browser().type("token", again);
    browser().click("Sign in");
    browser().awaitText("Live");
  }

  @Test
  void jobsWhoseNamesAreDotsAreFound() throws Exception {
    for (var id : List.of(".", "..")) {
      scene().jobNamed(id);
      browser().open("about:blank");
      browser().open(scene().url("/#/job/" + id));
      browser().awaitText("0 of 1 ended");
      assertThat(browser().text()).doesNotContain("There is no");
      assertThat(new Http(scene()).get("/api/v1/jobs/-?id=" + id).json().path("id").asText())
          .isEqualTo(id);
      assertThat(new Http(scene()).get("/api/v1/jobs/-/items?limit=1&id=" + id).status())
          .isEqualTo(200);
    }
  }
}
