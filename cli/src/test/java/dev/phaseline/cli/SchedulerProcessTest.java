package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.cli.text.ExitStatus;
import dev.phaseline.embedded.BrokerProcess;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.schemas.TopicNames;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `phaseline scheduler` as a user runs it.
@Tag("broker")
final class SchedulerProcessTest {
  private static final Duration BOUND = Duration.ofMinutes(4);

  /// What the process allows itself, and a little for a busy machine.
  private static final Duration STOP_BOUND = Duration.ofMinutes(2);

  private static final String TARGET = "pl.cities.store";

  @TempDir Path folder;
  private BrokerProcess broker;

  @BeforeEach
  void startBroker() {
    broker = BrokerProcess.start(EmbeddedBroker.Config.in(folder.resolve("broker")));
  }

  @AfterEach
  void stopBroker() {
    broker.close();
  }

  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    err.getBuffer().setLength(0);
    return Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
  }

  private void createTopics() {
    assertThat(run("topics", "create", "--bootstrap-servers", broker.bootstrapServers()))
        .as(err.toString())
        .isZero();
  }

  private CliProcess scheduler() throws Exception {
    return CliProcess.start(
        "scheduler",
        "--bootstrap-servers",
        broker.bootstrapServers(),
        "--state-dir",
        folder.resolve("state").toString(),
        "--listen",
        "127.0.0.1:0");
  }

  /// Asks the scheduler itself, again and again: while a partition goes from one of its threads to
  /// the other, its timers are counted by neither.
  private static void awaitPending(CliProcess scheduler, int timers) throws Exception {
    var said = "metrics and health at ";
    scheduler.awaitLine(said, BOUND);
    var line = scheduler.lines().stream().filter(one -> one.contains(said)).findFirst();
    var url = line.orElseThrow().substring(line.orElseThrow().indexOf("http")).strip();
    var request = HttpRequest.newBuilder(URI.create(url + "/metrics")).timeout(BOUND).build();
    var end = System.nanoTime() + BOUND.toNanos();
    try (var http = HttpClient.newHttpClient()) {
      while (true) {
        var metrics = http.send(request, BodyHandlers.ofString()).body();
        if (metrics.lines().anyMatch(("phaseline_timers_pending " + timers + ".0")::equals)) return;
        assertThat(System.nanoTime()).as("%s pending: %s", timers, metrics).isLessThan(end);
        Thread.sleep(50);
      }
    }
  }

  private void schedule(String id, Instant due) {
    var timer =
        new Timer(id, due, TARGET, id.getBytes(UTF_8), id.getBytes(UTF_8), new RecordHeaders());
    try (var producer =
        new KafkaProducer<>(
            broker.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      var _ = producer.send(new TimerRecords(TopicNames.DEFAULT).schedule(timer, Instant.now()));
    }
  }

  private void awaitFired(String id) {
    var config = new HashMap<>(broker.clientConfig());
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "earliest");
    config.put("group.id", "reader");
    try (var consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(TARGET));
      var end = System.nanoTime() + BOUND.toNanos();
      while (System.nanoTime() < end) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          assertThat(record.value()).asString(UTF_8).isEqualTo(id);
          return;
        }
      }
    }
    throw new AssertionError("timer " + id + " did not fire within " + BOUND);
  }

  /// Waits until the scheduler has taken so many records in, and committed it.
  private void awaitTaken(long timers) throws Exception {
    var group = TopicNames.DEFAULT.scheduler();
    var end = System.nanoTime() + BOUND.toNanos();
    try (var admin = Admin.create(broker.clientConfig())) {
      while (true) {
        var taken =
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values();
        var count = taken.stream().mapToLong(OffsetAndMetadata::offset).sum();
        if (count == timers) return;
        assertThat(System.nanoTime()).as("taken: " + taken).isLessThan(end);
        Thread.sleep(50);
      }
    }
  }

  @Test
  void saysWhenItIsReadyFiresAndHandsOverOnSigtermWhatIsPending() throws Exception {
    createTopics();

    try (var scheduler = scheduler()) {
      scheduler.awaitLine("is ready: namespace pl", BOUND);
      awaitPending(scheduler, 0);
      schedule("next-year", Instant.now().plus(Duration.ofDays(365)));
      schedule("now", Instant.now());
      awaitFired("now");
      awaitTaken(2); // they may be in partitions of different threads
      assertThat(scheduler.terminate(STOP_BOUND)).as("stopped in order").isZero();
      assertThat(scheduler.lines()) // Kafka Streams may have to say something while it closes
          .anyMatch(line -> line.contains("stopping: timers are handed over"));
    }
    try (var again = scheduler()) {
      again.awaitLine("is ready: namespace pl", BOUND);
      awaitPending(again, 1);
      assertThat(again.terminate(STOP_BOUND)).isZero();
    }
  }

  @Test
  void missingTopicsAndBrokersAreEachOneLineWithTheRemedy() {
    var servers = broker.bootstrapServers();

    assertThat(run("scheduler", "--bootstrap-servers", servers, "--state-dir", folder + "/a"))
        .isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString().strip().lines())
        .containsExactly(
            "phaseline: the scheduler can't start: namespace 'pl' has no topic pl.timers,"
                + " pl.timers.dead; create them with `phaseline topics create`");

    broker.close();
    assertThat(
            run(
                "scheduler",
                "--bootstrap-servers",
                servers,
                "--state-dir",
                folder + "/a",
                "--start-wait",
                "2"))
        .isEqualTo(ExitStatus.FAILED);
    assertThat(err.toString().strip().lines())
        .singleElement()
        .asString()
        .startsWith("phaseline: the scheduler can't start: no broker answers at " + servers);
  }

  @Test
  void brokerThatGoesAwayDoesNotEndItAndSigtermStillDoes() throws Exception {
    createTopics();

    try (var scheduler = scheduler()) {
      scheduler.awaitLine("is ready", BOUND);
      broker.close();
      assertThat(scheduler.isAlive()).isTrue();
      assertThat(scheduler.terminate(STOP_BOUND)).isZero();
    }
  }
}
