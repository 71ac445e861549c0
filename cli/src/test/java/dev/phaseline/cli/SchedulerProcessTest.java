package dev.phaseline.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.embedded.BrokerProcess;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.schemas.TopicNames;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `phaseline scheduler` as a user runs it.
final class SchedulerProcessTest {
  private static final Duration BOUND = Duration.ofSeconds(90);

  /// What the process allows itself, and a little for a busy machine.
  private static final Duration STOP_BOUND = Duration.ofSeconds(60);

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
        folder.resolve("state").toString());
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

  @Test
  void saysWhenItIsReadyFiresAndHandsOverOnSigtermWhatIsPending() throws Exception {
    createTopics();

    try (var scheduler = scheduler()) {
      scheduler.awaitLine("is ready: namespace pl, 0 timers pending", BOUND);
      schedule("next-year", Instant.now().plus(Duration.ofDays(365)));
      schedule("now", Instant.now());
      awaitFired("now");
      assertThat(scheduler.terminate(STOP_BOUND)).as("128 + SIGTERM").isEqualTo(143);
      assertThat(scheduler.lines().getLast()).contains("stopping: timers are handed over");
    }
    try (var again = scheduler()) {
      again.awaitLine("is ready: namespace pl, 1 timers pending", BOUND);
      assertThat(again.terminate(STOP_BOUND)).isEqualTo(143);
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
      assertThat(scheduler.terminate(STOP_BOUND)).isEqualTo(143);
    }
  }
}
