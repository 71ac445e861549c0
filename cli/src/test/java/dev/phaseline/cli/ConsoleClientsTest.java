package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.phaseline.cli.serve.ConsoleCommand;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.server.ServerFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands that ask a console, against answers that are written here.
final class ConsoleClientsTest {
  private static final String OVERVIEW =
      """
      {"trouble":[{"severity":"bad","title":"Worker w2 is \\u001b[31msilent","remedy":"Start it."}],
       "pipelines":[{"name":"cities","phases":[{"phase":"store","waiting":18431,"inPerSecond":409.3,
       "outPerSecond":261.8,"running":3,"permits":32,"stayP50Ms":950,"stayP99Ms":4300,
       "waitP50Ms":890.5,"waitP99Ms":4100,"serviceP50Ms":0.383,"serviceP99Ms":3.583,
       "toDrainMs":70000,"dead":2,"run":"paused"}]}]}\
      """;

  @TempDir Path folder;
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private HttpServer server;

  ConsoleClientsTest() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() {
    answer("/api/v1/overview", 200, OVERVIEW);
    answer("/api/v1/phases", 200, "{\"phases\":[]}");
    answer("/api/v1/jobs", 200, "{\"jobs\":[{\"id\":\"a/b\",\"state\":\"dead\"}],\"next\":\"c1\"}");
    answer("/api/v1/jobs/", 404, "{\"detail\":\"there is no job 'x'\",\"remedy\":\"search\"}");
    server.start();
  }

  private void answer(String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          var token = exchange.getRequestHeaders().getFirst("Authorization");
          asked.add(exchange.getRequestURI().toString() + ' ' + token);
          var bytes = body.getBytes(UTF_8);
          exchange.sendResponseHeaders(status, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Test
  void whatNobodyReportsIsADashAndNotZero() {
    var unreported =
        List.of("waitP50Ms", "waitP99Ms", "serviceP50Ms", "serviceP99Ms", "stayP50Ms", "stayP99Ms");
    var overview = OVERVIEW;
    for (var name : unreported) overview = overview.replaceAll("\"" + name + "\":[0-9.]+,", "");
    server.removeContext("/api/v1/overview");
    answer("/api/v1/overview", 200, overview);
    assertThat(run("phases", "--url", url())).isZero();
    assertThat(out.toString().lines().filter(line -> line.startsWith("cities.store")))
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.split(" +"))
                    .containsSequence("261.8", "-", "-", "-", "-", "-", "-"));
  }

  @Test
  void topShowsTroubleFirstAndNoControlCharacters() {
    assertThat(run("top", "--url", url(), "--times", "1")).isZero();
    var text = out.toString();
    assertThat(text).contains("bad: Worker w2", "cities.store", "18,431", "paused", "1m10s");
    assertThat(text).contains("WAIT P50", "891ms", "4.1s", "383us", "3.6ms");
    assertThat(text.indexOf("bad:")).isLessThan(text.indexOf("cities.store"));
    assertThat(text).doesNotContain("\u001b");
  }

  @Test
  void jobsSendTheQueryAndTheTokenAndSayHowToGoOn() {
    assertThat(run("jobs", "--url", url(), "--token", "pl_1", "state=dead", "error~time out"))
        .isZero();
    assertThat(asked.peek())
        .contains("q=state%3Ddead%20error%7Etime%20out")
        .contains("Bearer pl_1");
    assertThat(out.toString()).contains("a/b").contains("--cursor c1");
    assertThat(run("phases", "--json", "--url", url())).isZero();
    assertThat(out.toString()).contains("{\"phases\":[]}");
  }

  @Test
  void aRefusalIsOneLineWithTheRemedy() {
    assertThat(run("job", "--url", url(), "x")).isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString()).contains("there is no job 'x'; search");
    assertThat(run("jobs", "--url", "nonsense")).isEqualTo(ExitStatus.USAGE);
    server.stop(0);
    assertThat(run("phases", "--url", url())).isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString()).contains("phaseline dev");
  }

  @Test
  void aSlipInAQueryIsPointedAtAndANearNameIsOffered() {
    server.removeContext("/api/v1/jobs");
    answer(
        "/api/v1/jobs",
        400,
        "{\"detail\":\"there is no field 'stat'\",\"remedy\":\"it can be pipeline, state\","
            + "\"position\":15,\"unknown\":\"stat\",\"known\":[\"pipeline\",\"state\"]}");
    assertThat(run("jobs", "--url", url(), "pipeline=cities", "stat=dead"))
        .isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString().lines())
        .containsExactly(
            "phaseline: there is no field 'stat'; did you mean state?",
            "  pipeline=cities stat=dead",
            "                 ^");
  }

  @Test
  void aConsoleThatIsNotNamedIsCalledByItsAddress() {
    var host = ServerFile.none();
    var name = host.server();
    assertThat(ConsoleCommand.named(host, "127.0.0.1", 8471).server()).isEqualTo(name);
    assertThat(ConsoleCommand.named(host, "0.0.0.0", 8472).server()).endsWith("-8472");
    assertThat(ConsoleCommand.named(host, "127.0.0.2", 8471).server()).endsWith("-127-0-0-2");
    assertThat(ConsoleCommand.named(host.withServer("ours"), "127.0.0.1", 8472).server())
        .isEqualTo("ours");
    var longest = ConsoleCommand.named(host, "console.example.org", 65_535).server();
    assertThat(longest).hasSizeLessThanOrEqualTo(64).matches("[A-Za-z0-9_-]+");
  }

  @Test
  void aTokenIsPrintedOnceAndKeptAsAHash() throws IOException {
    var file = folder.resolve("tokens");
    var named = file.toString();
    assertThat(run("console", "token", "ann", "--role", "operator", "--tokens", named)).isZero();
    assertThat(out.toString()).startsWith("pl_");
    assertThat(Files.readString(file)).contains("ann operator").doesNotContain("pl_");
    assertThat(run("console", "token", "ann", "--tokens", named)).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("already has a token 'ann'");
    assertThat(run("console", "token", "bob", "--role", "king")).isEqualTo(ExitStatus.USAGE);
  }

  @Test
  void offLoopbackItAsksForTokensBeforeAnythingElse() {
    var status = run("console", "--bootstrap-servers", "127.0.0.1:1", "--bind", "0.0.0.0");
    assertThat(status).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("phaseline console token");
  }
}
