package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.cli.text.Versions;
import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The session of docs/control.md, command by command, against a worker on a real broker. The
/// pipeline has the names of the example's and handlers that wait until they are let go.
@Tag("broker")
final class ControlSessionTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path data;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Set<String> started = ConcurrentHashMap.newKeySet();
  private final Set<String> told = ConcurrentHashMap.newKeySet();
  private final CountDownLatch release = new CountDownLatch(1);
  private String servers = "";

  private final Pipeline pipeline =
      Pipeline.named("cities")
          .phase(
              "fetch",
              Codec.text(),
              (text, context) -> {
                started.add(context.jobId());
                try {
                  release.await();
                } catch (InterruptedException cancelled) {
                  told.add(context.jobId());
                  throw cancelled;
                }
                return Outcome.next(text);
              },
              options -> options.withConcurrency(2))
          .phase("normalize", Codec.text(), (text, _) -> Outcome.next(text))
          .phase("store", Codec.text(), (_, _) -> Outcome.done())
          .build();

  private int run(String command, String... more) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    var arguments = new ArrayList<>(List.of(command.split(" ")));
    arguments.addAll(List.of("--bootstrap-servers", servers));
    arguments.addAll(List.of(more));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), arguments.toArray(String[]::new));
  }

  private JsonNode json(String command, String... more) {
    var arguments = new ArrayList<>(List.of(more));
    arguments.add("--json");
    assertThat(run(command, arguments.toArray(String[]::new))).as("%s: %s", command, err).isZero();
    try {
      return JSON.readTree(out.toString().lines().toList().getLast());
    } catch (IOException notJson) {
      throw new AssertionError(out.toString(), notJson);
    }
  }

  private void refuses(String command, String... words) {
    assertThat(run(command)).as(command).isEqualTo(ExitStatus.USAGE);
    assertThat(err.toString().lines()).as(command).singleElement().asString().contains(words);
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    var end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) throw new AssertionError("not within 3 minutes: " + what);
      Thread.sleep(20);
    }
  }

  private JsonNode fetch() {
    return json("workers").path("workers").path(0).path("phases").path(0);
  }

  @Test
  void aWorkerIsSeenPausedTunedAndAJobOfItCancelled() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(data.resolve("kafka")))) {
      servers = String.valueOf(broker.clientConfig().get("bootstrap.servers"));
      assertThat(run("topics create --partitions 2 cities")).as("%s", err).isZero();
      assertThat(out.toString()).contains("pl.control", "pl.audit", "pl.workers");
      assertThat(run("workers")).as("%s", err).isZero();
      assertThat(out.toString()).contains("No worker has reported");
      refuses("pause --server s1", "no server 's1'", "there are none");

      try (var worker =
          Worker.start(WorkerConfig.of("s1", broker.clientConfig()), Placement.all(pipeline))) {
        await("it reports", () -> fetch().path("partitions").asInt() == 2);
        seen();
        wrongNames();
        pausedAndResumed();
        placed();
        cancelledWhileItRuns(broker);
        assertThat(worker.failure()).isEmpty();
      }
      await("it says that it has stopped", () -> isSaidToBe("stopped"));
      servedByNone(broker);
    }
  }

  private boolean isSaidToBe(String state) {
    return json("workers").path("workers").path(0).path("state").asText().equals(state);
  }

  private void seen() throws Exception {
    var worker = json("workers").path("workers").path(0);
    assertThat(worker.path("server").asText()).isEqualTo("s1");
    await("it is live", () -> isSaidToBe("live")); // which it is not while its heartbeats are late
    assertThat(worker.path("version").asText()).isEqualTo(Versions.phaseline());
    assertThat(worker.path("pid").asLong()).isEqualTo(ProcessHandle.current().pid());
    await(
        "it is listed as live",
        () -> run("workers") == ExitStatus.OK && out.toString().contains("s1  live"));
    assertThat(out.toString()).contains("cities.fetch", " 0/2 ");
  }

  private void wrongNames() {
    refuses("pause cities.fetsh", "no phase 'fetsh'", "did you mean fetch?");
    refuses("drain citie", "'citie'", "did you mean cities?");
    refuses("resume --server s2", "no server 's2'", "did you mean s1?");
    refuses("pause", "a pipeline like cities");
    refuses("pause cities --server s1", "names no phase: use PIPELINE.PHASE");
    refuses("drain cities.fetch --server s2", "no server 's2'", "did you mean s1?");
    refuses("concurrency cities 5", "names no phase");
    refuses("pause cities/fetch", "names no phase: use PIPELINE.PHASE");
    refuses("concurrency cities.fetch 0", "phaseline pause");
    refuses("concurrency cities.fetch many", "'many'");
    refuses("cancel citees job-1", "'citees'", "did you mean cities?");
    refuses("cancel cities job-1", "no job 'job-1'", "--anyway");
    refuses("control --last 0", "--last");
  }

  private void pausedAndResumed() throws Exception {
    var first = json("pause cities.fetch", "--reason", "the city is closed");
    assertThat(first.path("scope").asText()).isEqualTo("phase/cities/fetch");
    assertThat(first.path("run").asText()).isEqualTo("paused");
    assertThat(first.path("changed").asBoolean()).isTrue();
    assertThat(json("pause cities.fetch").path("changed").asBoolean()).isFalse();
    await("the worker follows", () -> fetch().path("run").asText().equals("paused"));
    assertThat(fetch().path("condition").asText()).contains("the city is closed");
    assertThat(run("resume cities.fetch")).as("%s", err).isZero();
    assertThat(out.toString()).contains("cities.fetch runs");
    assertThat(json("concurrency cities.fetch 9").path("concurrency").asInt()).isEqualTo(9);
    var here = json("concurrency cities.fetch 3 --server s1");
    assertThat(here.path("scope").asText()).isEqualTo("phase-at/s1/cities/fetch");
    await("its own number wins", () -> fetch().path("permits").asInt() == 3);
    assertThat(run("pause cities.fetch --server s1")).as("%s", err).isZero();
    assertThat(out.toString()).contains("cities.fetch on server s1 is paused");
    await("it is paused here", () -> fetch().path("run").asText().equals("paused"));
    assertThat(run("resume cities.fetch --server s1")).as("%s", err).isZero();
    await("it runs again", () -> fetch().path("run").asText().equals("running"));
  }

  private void placed() {
    assertThat(run("placement")).as("%s", err).isZero();
    assertThat(out.toString())
        .containsPattern("cities.fetch +s1 +running +0/3 +3 here")
        .containsPattern("cities.store +s1 +running");
    var fetch = json("placement").path("phases").path(0);
    assertThat(fetch.path("permitsSet").asInt()).isEqualTo(9);
    assertThat(fetch.path("places").path(0).path("permitsSet").asInt()).isEqualTo(3);
    assertThat(json("placement").path("servers").path(0).path("server").asText()).isEqualTo("s1");
  }

  private void servedByNone(EmbeddedBroker broker) {
    submit(broker, 2);
    assertThat(run("workers")).as("%s", err).isZero();
    assertThat(out.toString())
        .contains("No worker runs cities.fetch, where at most", "It was on s1 (stopped).");
    assertThat(run("placement")).as("%s", err).isZero();
    assertThat(out.toString())
        .containsPattern("cities.fetch +- +no worker")
        .contains("No worker runs cities.fetch, where at most");
    countedByVersion(broker);
  }

  /// Six items are complete, and are not counted: the commits of the worker say so.
  private void countedByVersion(EmbeddedBroker broker) {
    var type = JobType.text("cities", "fetch");
    try (var jobs = JobClient.connect(broker.clientConfig(), JobClient.Settings.DEFAULT)) {
      jobs.submitAndWait(type.withVersion(7), JobRequest.withId("of-7", "x"));
      var later = JobRequest.withId("later", "x").after(Duration.ofDays(1));
      jobs.submitAndWait(type.withVersion(7), later);
      jobs.submitAndWait(type.withVersion(1), later.after(Duration.ofDays(2)));
    }
    var rows = new ArrayList<String>();
    for (var row : json("types --in-flight").path("inFlight")) {
      if (!row.path("pipeline").asText().equals("cities")) continue;
      rows.add(
          "%s: %s in phases, %s as timers, known %s"
              .formatted(
                  row.path("version").asText(),
                  row.path("inPhases"),
                  row.path("asTimers"),
                  row.path("known")));
    }
    assertThat(rows)
        .as("the second job of one id takes the place of the first")
        .containsExactly(
            "null: 2 in phases, 0 as timers, known false",
            "1: 0 in phases, 1 as timers, known true",
            "7: 1 in phases, 0 as timers, known false");
    assertThat(run("types --in-flight")).as("%s", err).isZero();
    assertThat(out.toString())
        .containsPattern("cities +not named +2 +0 +\\(the newest of the worker\\)")
        .containsPattern("cities +7 +1 +0 +none");
  }

  private boolean isBalanced() {
    return run("audit cities") == ExitStatus.OK && out.toString().startsWith("6 jobs");
  }

  private static void submit(EmbeddedBroker broker, int jobs) {
    try (var producer =
        new KafkaProducer<>(
            broker.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (var i = 0; i < jobs; i++) {
        var job =
            new ProducerRecord<byte[], byte[]>(
                TopicNames.DEFAULT.phase("cities", "fetch"), "x".getBytes(UTF_8));
        job.headers().add(HeaderNames.JOB, ("job-" + i).getBytes(UTF_8));
        var _ = producer.send(job);
      }
    }
  }

  private void cancelledWhileItRuns(EmbeddedBroker broker) throws Exception {
    submit(broker, 6);
    await("three run", () -> started.size() == 3);
    var running = started.stream().sorted().findFirst().orElseThrow();
    refuses("cancel cities jbo-1", "no job 'jbo-1'", "did you mean job-1");
    var cancelled = json("cancel cities " + running, "--reason", "wrong file");
    assertThat(cancelled.path("scope").asText()).isEqualTo("job/cities/" + running);
    assertThat(cancelled.path("cancelledUntil").asText()).isNotEmpty();
    await("its handler is told", () -> told.contains(running));
    release.countDown();
    await("all have ended", () -> isBalanced());
    assertThat(json("audit cities").path("done").asInt()).isEqualTo(5);
    assertThat(json("audit cities").path("cancelled").asInt()).isEqualTo(1);
    refuses("cancel cities job-5", "has ended");

    var said = json("control");
    assertThat(said.path("settings").has("job/cities/" + running)).isTrue();
    var there = said.path("settings").path("phase-at/s1/cities/fetch");
    assertThat(there.path("concurrency").asInt()).isEqualTo(3);
    assertThat(said.path("audit").findValuesAsText("verb"))
        .startsWith("cancel", "resume", "pause", "concurrency", "concurrency", "resume", "pause");
    assertThat(said.path("audit").path(0).path("reason").asText()).isEqualTo("wrong file");
    assertThat(said.path("audit").path(0).path("by").asText()).contains("@");
    assertThat(run("control")).as("%s", err).isZero();
    assertThat(out.toString())
        .contains("cities.fetch on server s1: 3 at once", "(nothing changed)");
  }
}
