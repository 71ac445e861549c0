package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;

/// A real browser: Debian's Chromium, driven by its own driver over W3C WebDriver, a small protocol
/// of JSON over HTTP, so that no library has to be kept in step with it. For one thread.
final class Browser implements AutoCloseable {
  private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<Path> DRIVERS =
      List.of(Path.of("/usr/bin/chromedriver"), Path.of("/usr/lib/chromium/chromedriver"));

  private static final List<String> NOT_ARRIVED =
      List.of("Failed to load resource", "Failed to fetch a worker script");

  private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process driver;
  private final URI base;
  private final String session;
  private String everyPage = "";

  private Browser(Process driver, URI base, Path profile) throws Exception {
    this.driver = driver;
    this.base = base;
    awaitDriver();
    var body = Http.JSON.createObjectNode();
    var options =
        body.putObject("capabilities").putObject("alwaysMatch").putObject("goog:chromeOptions");
    var args = options.putArray("args");
    for (var arg :
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-dev-shm-usage",
            "--hide-scrollbars",
            "--user-data-dir=" + profile)) {
      args.add(arg);
    }
    session = post("/session", body).path("sessionId").asText();
  }

  /// Where the driver is; empty when this machine has none.
  static Optional<Path> installed() {
    return DRIVERS.stream().filter(Files::isExecutable).findFirst();
  }

  static Browser start(Path folder) throws Exception {
    var command = List.of(installed().orElseThrow().toString(), "--port=0");
    var log = folder.resolve("driver.log");
    var driver =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      var base = URI.create("http://127.0.0.1:" + port(log));
      return new Browser(driver, base, folder.resolve("profile"));
    } catch (Exception failed) {
      driver.destroy();
      throw failed;
    }
  }

  /// It takes a port that is free and says which: one that is chosen for it may be gone by then.
  private static String port(Path log) throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var said = STARTED.matcher(Files.readString(log));
      if (said.find()) return said.group(1);
      assertThat(System.nanoTime()).as(() -> "the driver says its port: " + log).isLessThan(end);
      Thread.sleep(30);
    }
  }

  private void awaitDriver() throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!isReady()) {
      assertThat(System.nanoTime()).as("the driver is ready").isLessThan(end);
      Thread.sleep(30);
    }
  }

  private boolean isReady() throws Exception {
    try {
      return get("/status").path("ready").asBoolean();
    } catch (IOException notYet) {
      return false;
    }
  }

  private JsonNode get(String path) throws Exception {
    return send(HttpRequest.newBuilder(base.resolve(path)).GET());
  }

  private JsonNode post(String path, JsonNode body) throws Exception {
    return send(
        HttpRequest.newBuilder(base.resolve(path))
            .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    var answer = http.send(request.timeout(PATIENCE).build(), BodyHandlers.ofString());
    var value = Http.JSON.readTree(answer.body()).path("value");
    if (answer.statusCode() >= 400) throw new IOException(value.path("message").asText());
    return value;
  }

  private JsonNode command(String path, JsonNode body) throws Exception {
    return post("/session/" + session + path, body);
  }

  private static ObjectNode object(String name, String value) {
    return Http.JSON.createObjectNode().put(name, value);
  }

  void open(String url) throws Exception {
    command("/url", object("url", url));
  }

  /// Opens another tab, which is the current one then.
  ///
  /// @return its name
  String newTab() throws Exception {
    var tab = command("/window/new", object("type", "tab")).path("handle").asText();
    tab(tab);
    return tab;
  }

  /// The current tab's name.
  String tab() throws Exception {
    return get("/session/" + session + "/window").asText();
  }

  /// Makes this tab the current one.
  void tab(String name) throws Exception {
    command("/window", object("handle", name));
  }

  /// Closes the current tab and goes to another one.
  void closeTab(String next) throws Exception {
    send(HttpRequest.newBuilder(base.resolve("/session/" + session + "/window")).DELETE());
    tab(next);
  }

  void size(int width, int height) throws Exception {
    command("/window/rect", Http.JSON.createObjectNode().put("width", width).put("height", height));
  }

  /// Shows pages as on a screen of this size, in pixels of CSS: a window can't be so small.
  void phone(int width, int height) throws Exception {
    var metrics = Http.JSON.createObjectNode();
    metrics.put("width", width).put("height", height);
    metrics.put("deviceScaleFactor", 1).put("mobile", false);
    var _ = devTools("Emulation.setDeviceMetricsOverride", metrics);
  }

  /// Takes [#phone] back.
  void window() throws Exception {
    var _ = devTools("Emulation.clearDeviceMetricsOverride", Http.JSON.createObjectNode());
  }

  /// Runs this in each page of the current tab before its own scripts; empty takes it back.
  void onEachPage(String script) throws Exception {
    if (!everyPage.isEmpty()) {
      var _ = devTools("Page.removeScriptToEvaluateOnNewDocument", object("identifier", everyPage));
      everyPage = "";
    }
    if (script.isEmpty()) return;
    var added = devTools("Page.addScriptToEvaluateOnNewDocument", object("source", script));
    everyPage = added.path("identifier").asText();
  }

  private JsonNode devTools(String what, ObjectNode parameters) throws Exception {
    var body = object("cmd", what);
    body.set("params", parameters);
    return command("/goog/cdp/execute", body);
  }

  /// Runs JavaScript and gives what it returns.
  JsonNode run(String script) throws Exception {
    var body = object("script", script);
    body.putArray("args");
    return command("/execute/sync", body);
  }

  /// The text of the page as a reader sees it.
  String text() throws Exception {
    return run("return document.body ? document.body.innerText : ''").asText();
  }

  /// Waits until the page shows this.
  void awaitText(String text) throws Exception {
    await("the page shows '" + text + "'", () -> text().contains(text));
  }

  interface Condition {
    boolean holds() throws Exception;
  }

  void await(String what, Condition condition) throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not within " + PATIENCE + ": " + what + "; it shows:\n" + text());
      }
      Thread.sleep(40);
    }
  }

  private String element(String xpath) throws Exception {
    var found = new AtomicReference<>(Optional.<String>empty());
    await(
        "there is " + xpath,
        () -> {
          try {
            found.set(shown(xpath));
          } catch (IOException drawnAnew) {
            return false;
          }
          return found.get().isPresent();
        });
    return found.get().orElseThrow();
  }

  /// The first of these that can be seen.
  private Optional<String> shown(String xpath) throws Exception {
    for (var one : command("/elements", object("using", "xpath").put("value", xpath))) {
      var id = one.path(ELEMENT).asText();
      if (get("/session/" + session + "/element/" + id + "/displayed").asBoolean()) {
        return Optional.of(id);
      }
    }
    return Optional.empty();
  }

  /// Clicks the button or link of that name, in the open dialog if there is one. The page may be
  /// drawn anew in between and a dialog come or go, so it looks and tries again.
  void click(String label) throws Exception {
    var named =
        "//*[self::button or self::a][normalize-space()='"
            + label
            + "' or @aria-label='"
            + label
            + "']";
    var inDialog = "return !!document.querySelector('dialog[open]')";
    clickAt(() -> (run(inDialog).asBoolean() ? "//dialog" : "") + named, named);
  }

  void clickAt(String xpath) throws Exception {
    clickAt(() -> xpath, xpath);
  }

  private interface Finder {
    String xpath() throws Exception;
  }

  /// Clicks what stands still: while a page fills, a click lands where something was.
  private void clickAt(Finder finder, String what) throws Exception {
    var last = new AtomicReference<>("");
    await(
        "a click on " + what,
        () -> {
          try {
            var xpath = finder.xpath();
            var now = place(xpath);
            if (now.isEmpty() || !now.equals(last.getAndSet(now))) return false;
            var shown = shown(xpath);
            if (shown.isEmpty()) return false;
            command("/element/" + shown.get() + "/click", Http.JSON.createObjectNode());
            return true;
          } catch (IOException drawnAnew) {
            return false;
          }
        });
  }

  /// Where in the window it is; empty when it is not there.
  private String place(String xpath) throws Exception {
    var quoted = Http.JSON.writeValueAsString(xpath);
    return run("const e = document.evaluate("
            + quoted
            + ", document, null, 9, null).singleNodeValue;"
            + "if (!e) return '';"
            + "const r = e.getBoundingClientRect(); return r.x + ' ' + r.y;")
        .asText();
  }

  /// Types into the field of that name, in place of what is there.
  void type(String name, String text) throws Exception {
    var id = element("//*[@name='" + name + "']");
    command("/element/" + id + "/clear", Http.JSON.createObjectNode());
    command("/element/" + id + "/value", object("text", text));
  }

  /// Presses a key of the page.
  void press(String key) throws Exception {
    var body = Http.JSON.createObjectNode();
    var source = body.putArray("actions").addObject();
    source.put("type", "key").put("id", "keys");
    var actions = source.putArray("actions");
    for (var kind : List.of("keyDown", "keyUp")) {
      actions.addObject().put("type", kind).put("value", key);
    }
    command("/actions", body);
  }

  void dark(boolean wanted) throws Exception {
    run("document.documentElement.dataset.theme='" + (wanted ? "dark" : "light") + "'");
  }

  /// The whole page, as a PNG.
  byte[] picture() throws Exception {
    var image = get("/session/" + session + "/screenshot").asText();
    return Base64.getDecoder().decode(image);
  }

  /// Errors of the pages so far, in their own words. What did not arrive is none: tests leave pages
  /// while they load, and let answers fail on purpose.
  List<String> errors() throws Exception {
    var log = command("/se/log", Http.JSON.valueToTree(Map.of("type", "browser")));
    var found = new java.util.ArrayList<String>();
    for (var one : log) {
      var message = one.path("message").asText();
      if (one.path("level").asText().equals("SEVERE")
          && NOT_ARRIVED.stream().noneMatch(message::contains)) {
        found.add(message);
      }
    }
    return found;
  }

  @Override
  public void close() throws IOException {
    try {
      send(HttpRequest.newBuilder(base.resolve("/session/" + session)).DELETE());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      driver.destroy();
      driver.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
  }
}
