package dev.phaseline.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.cli.serve.TrackerOptions;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.server.ServerFile;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people type, and machines that are not as they should be: one line, the remedy, the exit
/// status, and no stack trace that nobody asked for.
final class BadInputTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private void failed(int status, int expected, String... words) {
    assertThat(status).as(err.toString()).isEqualTo(expected);
    assertThat(err.toString().lines())
        .singleElement()
        .asString()
        .startsWith("phaseline: ")
        .contains(words);
  }

  private static int closedPort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  void numbersOutOfRangeAreNamed() {
    failed(run("demo", "--limit", "0"), ExitStatus.USAGE, "--limit 0", "at least 1");
    err.getBuffer().setLength(0);
    failed(run("demo", "--port", "70000"), ExitStatus.USAGE, "--port 70000", "0 to 65535");
    err.getBuffer().setLength(0);
    failed(run("demo", "--partitions", "0"), ExitStatus.USAGE, "--partitions 0", "1 to 64");
  }

  @Test
  void schedulerWithoutABrokerSaysWhereItLooked() throws Exception {
    var nowhere = "127.0.0.1:" + closedPort();
    failed(
        run(
            "scheduler",
            "--bootstrap-servers",
            nowhere,
            "--start-wait",
            "1",
            "--state-dir",
            folder.resolve("state").toString()),
        ExitStatus.FAILED,
        "the scheduler can't start",
        nowhere);
    err.getBuffer().setLength(0);
    failed(run("scheduler"), ExitStatus.USAGE, "no brokers are named", "--bootstrap-servers");
  }

  /// Some settings are the consumer's alone: nothing that is asked before it starts refuses them.
  @Test
  void kafkaSettingThatTheTrackerCannotUseIsNamed() throws Exception {
    var file = folder.resolve("server.yaml");
    Files.writeString(
        file,
        "kafka:\n  bootstrap.servers: 127.0.0.1:" + closedPort() + "\n  fetch.min.bytes: many\n");
    var config = ServerFile.read(file);
    var tracking = TrackerOptions.in(folder.resolve("tracker"));

    assertThatThrownBy(() -> tracking.start(config, Duration.ofSeconds(1)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContainingAll("Kafka client settings", "fetch.min.bytes", "many");
  }

  @Test
  void takenPortIsNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var port = Integer.toString(taken.getLocalPort());

      var status = run("demo", "--json", "--data", folder.toString(), "--port", port);

      assertThat(status).isEqualTo(ExitStatus.FAILED);
      assertThat(err.toString().lines().toList().getLast())
          .startsWith("phaseline: the broker can't start: ")
          .contains(port, "taken", "--port");
      assertThat(err.toString()).doesNotContain("\tat ");
    }
  }

  @Test
  void addressToListenAtIsRefusedBeforeAnythingStarts() throws Exception {
    failed(
        run("scheduler", "--bootstrap-servers", "127.0.0.1:1", "--listen", "nowhere"),
        ExitStatus.USAGE,
        "--listen: 'nowhere' names no port",
        "127.0.0.1:9464");
    err.getBuffer().setLength(0);
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var address = "127.0.0.1:" + taken.getLocalPort();
      failed(
          run("scheduler", "--bootstrap-servers", "127.0.0.1:1", "--listen", address),
          ExitStatus.FAILED,
          "--listen: " + address + " is taken by another program",
          "choose another port");
    }
  }

  @Test
  void logFormatThatIsNoneIsNamed() {
    var status = run("worker", "--log-format", "xml");

    assertThat(status).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString()).contains("--log-format").contains("TEXT, JSON");
  }

  @Test
  void dataFolderThatCantBeWrittenIsNamed() throws Exception {
    // A file where a folder should be: the tests may run as root, whom no permission stops.
    var file = Files.createFile(folder.resolve("file"));

    failed(
        run("demo", "--data", file.toString()),
        ExitStatus.FAILED,
        "can't write to data folder " + file,
        "--data DIR");
  }

  @Test
  void brokerThatIsDownIsNamedInOneLine() throws Exception {
    var address = "127.0.0.1:" + closedPort();

    failed(
        run(
            "worker",
            "--config",
            server().toString(),
            "--bootstrap-servers",
            address,
            "--start-wait",
            "1"),
        ExitStatus.FAILED,
        "no broker answers at " + address,
        "is it running");
  }

  @Test
  void verboseShowsWhereItCameFrom() throws Exception {
    run(
        "worker",
        "--verbose",
        "--config",
        server().toString(),
        "--bootstrap-servers",
        "127.0.0.1:" + closedPort(),
        "--start-wait",
        "1");

    assertThat(err.toString()).contains("phaseline: the worker can't start").contains("\tat dev.");
  }

  @Test
  void unknownPhaseInTheServerFileIsAnsweredWithNearOnes() throws Exception {
    var file = server();
    Files.writeString(file, Files.readString(file) + "phases: {cities.normalise: {}}\n");

    failed(
        run("worker", "--config", file.toString(), "--bootstrap-servers", "127.0.0.1:1"),
        ExitStatus.USAGE,
        "pipeline 'cities' has no phase 'normalise'; did you mean normalize?");
  }

  @Test
  void unknownPipelineIsAnsweredWithNearOnes() throws Exception {
    failed(
        run(
            "topics",
            "create",
            "--config",
            server().toString(),
            "--bootstrap-servers",
            "127.0.0.1:1",
            "citeis"),
        ExitStatus.USAGE,
        "unknown pipeline 'citeis'; did you mean cities?");
  }

  @Test
  void missingBrokersAreAskedFor() throws Exception {
    failed(
        run("worker", "--config", server().toString()),
        ExitStatus.USAGE,
        "no brokers are named",
        "--bootstrap-servers");
  }

  @Test
  void kafkaSettingThatIsNoneIsNamed() throws Exception {
    failed(
        run("audit", "--config", server().toString(), "--bootstrap-servers", "nonsense", "cities"),
        ExitStatus.FAILED,
        "can't use the Kafka client settings",
        "nonsense");
  }

  /// A server file whose pipelines need nothing but a folder.
  private Path server() throws Exception {
    return Files.writeString(
        folder.resolve("server.yaml"),
        """
        settings:
          schema.registry.url: http://127.0.0.1:1
          cities.db: %s
        """
            .formatted(folder.resolve("cities.db")));
  }

  @Test
  void submissionThatCannotBeMeantIsRefusedBeforeAnythingIsAsked() {
    refusesSubmission("what to submit is missing", "hello");
    refusesSubmission("either --payload", "hello", "--payload", "1", "--lines", "-");
    refusesSubmission(
        "--after and --at exclude each other",
        "hello",
        "--payload",
        "1",
        "--after",
        "1s",
        "--at",
        "2030-01-01T00:00:00Z");
    refusesSubmission("'1x' is no duration", "hello", "--payload", "1", "--after", "1x");
    refusesSubmission("with its zone", "hello", "--payload", "1", "--at", "2030-01-01T00:00:00");
    refusesSubmission("--tag 'crm' is no NAME=VALUE", "hello", "--payload", "1", "--tag", "crm");
    refusesSubmission("names 'a' twice", "hello", "--payload", "1", "--tag", "a=1", "--tag", "a=2");
    refusesSubmission("--wait follows one job", "hello", "--lines", "-", "--wait");
    refusesSubmission("--wait-max needs --wait", "hello", "--payload", "1", "--wait-max", "1s");
    refusesSubmission("need --lines", "hello", "--payload", "1", "--from-line", "2");
    refusesSubmission("--raw and --schema", "hello", "--payload", "1", "--raw", "--schema", "7");
  }

  private void refusesSubmission(String words, String... arguments) {
    err.getBuffer().setLength(0);
    var all = new java.util.ArrayList<>(java.util.List.of("submit"));
    all.addAll(java.util.List.of(arguments));
    failed(run(all.toArray(String[]::new)), ExitStatus.USAGE, words);
  }
}
