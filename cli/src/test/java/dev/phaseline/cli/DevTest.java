package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.status.ConsoleOptions;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.types.MadeProject;
import dev.phaseline.server.Environment;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `phaseline dev` as a user starts it: a process of its own.
@Tag("broker")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class DevTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void oneLineSaysThatAllIsThereAndSigtermEndsIt() throws Exception {
    var process = start();
    try {
      var line =
          new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)).readLine();
      assertThat(line)
          .as(() -> errors())
          .isNotNull()
          .matches("console http\\S+  broker \\S+  registry \\S+");
      var url = URI.create(line.split(" ", -1)[1]);
      assertThat(get(url.resolve("/")).body()).contains("Phaseline");
      var end = System.nanoTime() + PATIENCE.toNanos();
      while (json(url.resolve("/api/v1/workers")).path("workers").isEmpty()) {
        assertThat(System.nanoTime()).as("the worker reports").isLessThan(end);
        Thread.sleep(200);
      }
      assertThat(json(url.resolve("/api/v1/overview")).path("pipelines").findValuesAsText("name"))
          .contains("cities", "hello", "my-pipeline");
      assertThat(json(url.resolve("/api/v1/dead/cities/letters")).path("total").asInt()).isZero();
      headersThatCanNotBeReadLeaveNoGhosts(url, line.split(" +", -1)[3]);
      aNewProjectRuns(line.split(" +", -1)[3]);
      pauseAndResume(url);
      commandsFindIt(line.split(" +", -1)[3]);
      topicsTakeTheNumberOfPartitionsThatIsThere();
      assertThat(errors().lines())
          .containsSubsequence(
              "phaseline: up: topics",
              "phaseline: up: scheduler",
              "phaseline: up: tracker",
              "phaseline: up: worker")
          .first()
          .asString()
          .startsWith("phaseline: up: broker 127.0.0.1:");
    } finally {
      process.destroy();
      assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
    }
    assertThat(process.exitValue()).isZero();
    var after = command(Map.of(), "workers");
    assertThat(after.exitStatus()).isEqualTo(ExitStatus.USAGE);
    assertThat(after.err()).contains("no brokers are named", "phaseline dev");
  }

  /// Plain records with one bad header each: worker, tracker and audit take each for the same item.
  private void headersThatCanNotBeReadLeaveNoGhosts(URI url, String broker) throws Exception {
    var bad =
        List.of(
            "pl-deadline=tomorrow",
            "pl-submitted=30/11/2026",
            "pl-attempt=first",
            "pl-tags=a=b",
            "pl-item=child-1",
            "pl-siblings=x",
            "pl-generation=-1",
            "pl-priority=high",
            "pl-parent=no/where",
            "pl-job=a\nb",
            "pl-job=\u001b[31m",
            "pl-job=",
            "pl-job=" + "j".repeat(3_000));
    var settings = Map.<String, Object>of("bootstrap.servers", broker);
    var bytes = new ByteArraySerializer();
    try (var producer = new KafkaProducer<byte[], byte[]>(settings, bytes, bytes)) {
      for (var header : bad) {
        var record =
            new ProducerRecord<>("pl.hello.greet", "k".getBytes(UTF_8), "zz".getBytes(UTF_8));
        var name = header.substring(0, header.indexOf('='));
        record.headers().add("pl-job", ("bad-" + name).getBytes(UTF_8));
        record.headers().add(name, header.substring(name.length() + 1).getBytes(UTF_8));
        producer.send(record).get();
      }
      for (var name : List.of("traceparent", "tracestate", "pl-tags")) {
        var record =
            new ProducerRecord<>("pl.hello.greet", "k".getBytes(UTF_8), "zz".getBytes(UTF_8));
        record.headers().add("pl-job", ("null-" + name).getBytes(UTF_8)).add(name, null);
        producer.send(record).get();
      }
    }
    var end = System.nanoTime() + PATIENCE.toNanos();
    JsonNode jobs;
    do {
      assertThat(System.nanoTime()).as("every job has ended").isLessThan(end);
      jobs = json(url.resolve("/api/v1/jobs?limit=100")).path("jobs");
    } while (jobs.size() < bad.size() + 3
        || jobs.findValuesAsText("state").stream().anyMatch(state -> state.equals("waiting")));
    var states = new TreeMap<String, String>();
    for (var job : jobs) states.put(job.path("id").asText(), job.path("state").asText());
    assertThat(states)
        .hasSize(bad.size() + 3)
        .containsEntry("bad-pl-deadline", "dead")
        .containsEntry("bad-pl-item", "dead")
        .containsEntry("bad-pl-tags", "done")
        .containsEntry("bad-pl-parent", "done")
        .containsEntry("null-traceparent", "done")
        .containsEntry("null-pl-tags", "done");
    var audit = command(Map.of(), "audit", "hello");
    assertThat(audit.exitStatus()).as(audit.out() + audit.err()).isZero();
  }

  /// None of them is told where it is, and its ports are not the usual ones.
  private void commandsFindIt(String broker) throws Exception {
    var where = "phaseline: at the dev that runs in " + elsewhere() + " (broker " + broker + ")";
    var paused = command(Map.of(), "pause", "cities.store", "--json");
    assertThat(paused.err()).isEqualToIgnoringNewLines(where);
    assertThat(JSON.readTree(paused.out()).path("run").asText()).isEqualTo("paused");
    assertThat(liveWorkers()).contains("cities.store");
    var dead = command(Map.of(), "dead", "list", "cities", "--json");
    assertThat(dead.exitStatus()).as(dead.err()).isZero();
    assertThat(dead.err()).isEqualToIgnoringNewLines(where);
    var top = command(Map.of(), "top", "--times", "1");
    assertThat(top.exitStatus()).as(top.err()).isZero();
    assertThat(top.out()).contains("cities.store");

    var elsewhere = command(Map.of(Environment.BOOTSTRAP_SERVERS, "nonsense"), "workers");
    assertThat(elsewhere.exitStatus()).isEqualTo(ExitStatus.FAILED);
    assertThat(elsewhere.err()).contains("nonsense").doesNotContain(where);
  }

  private void topicsTakeTheNumberOfPartitionsThatIsThere() throws Exception {
    var created = command(Map.of(), "topics", "create", "neworders.check");
    assertThat(created.exitStatus()).as(created.err()).isZero();
    assertThat(created.out()).contains("created  pl.neworders.check");
    var checked = command(Map.of(), "topics", "check", "neworders.check", "--partitions", "1");
    assertThat(checked.exitStatus()).as(checked.err()).isZero();
  }

  /// Not where commands look first.
  private Path elsewhere() {
    return folder.resolve("elsewhere");
  }

  /// What is said of the worker once it is live, which it is not while its heartbeats are late.
  private String liveWorkers() throws Exception {
    var end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      var workers = command(Map.of(), "workers");
      assertThat(workers.exitStatus()).as(workers.err()).isZero();
      if (workers.out().contains("dev  live")) return workers.out();
      assertThat(System.nanoTime()).as(workers.out()).isLessThan(end);
    }
  }

  private record Ended(int exitStatus, String out, String err) {}

  private Ended command(Map<String, String> environment, String... arguments) throws Exception {
    var errors = folder.resolve("command-errors.txt");
    var command = new ArrayList<>(jvm("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(errors.toFile());
    Environment.NAMES.forEach(builder.environment()::remove);
    builder.environment().remove(ConsoleOptions.URL);
    builder.environment().putAll(environment);
    var process = builder.start();
    var out = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("%s ends", command).isTrue();
    return new Ended(process.exitValue(), out, Files.readString(errors));
  }

  private List<String> jvm(String... options) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.add("-Dphaseline.home=" + folder);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    return command;
  }

  private void pauseAndResume(URI url) throws Exception {
    var csrf = json(url.resolve("/api/v1/session")).path("csrf").asText();
    var body = "{\"pipeline\":\"cities\",\"phase\":\"store\",\"reason\":\"a test\"}";
    for (var verb : List.of("pause", "resume")) {
      var request =
          HttpRequest.newBuilder(url.resolve("/api/v1/control/" + verb))
              .header("Content-Type", "application/json")
              .header("X-Phaseline-Csrf", csrf)
              .POST(HttpRequest.BodyPublishers.ofString(body));
      assertThat(http.send(request.build(), BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
    assertThat(json(url.resolve("/api/v1/audit")).path("commands").size()).isEqualTo(2);
  }

  /// A job through the pipeline of the project that `phaseline new` wrote, by any producer.
  private static void aNewProjectRuns(String broker) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", broker);
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>("pl.my-pipeline.check", " from outside ".getBytes(UTF_8)))
          .get();
    }
    var done = new TopicPartition("pl.my-pipeline.done", 0);
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(done));
      consumer.seekToBeginning(List.of(done));
      var end = System.nanoTime() + PATIENCE.toNanos();
      var results = new ArrayList<String>();
      while (results.isEmpty()) {
        assertThat(System.nanoTime()).as("the job ends").isLessThan(end);
        for (var record : consumer.poll(Duration.ofMillis(200))) {
          results.add(new String(record.value(), UTF_8));
        }
      }
      assertThat(results).containsExactly("FROM OUTSIDE");
    }
  }

  private Process start() throws IOException {
    var plugins =
        MadeProject.write(folder.resolve("my-pipeline"), "my-pipeline", "com.acme").packaged();
    var command = new ArrayList<>(jvm("-Xmx700m"));
    command.addAll(
        List.of("dev", "--port=0", "--registry-port=0", "--console-port=0", "--partitions=1"));
    command.addAll(List.of("--data", elsewhere().toString()));
    command.addAll(List.of("--plugins", plugins.toString()));
    return new ProcessBuilder(command).redirectError(folder.resolve("errors.txt").toFile()).start();
  }

  private String errors() {
    try {
      return Files.readString(folder.resolve("errors.txt"));
    } catch (IOException none) {
      return "it said nothing";
    }
  }

  private java.net.http.HttpResponse<String> get(URI uri) throws Exception {
    return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private JsonNode json(URI uri) throws Exception {
    return JSON.readTree(get(uri).body());
  }
}
