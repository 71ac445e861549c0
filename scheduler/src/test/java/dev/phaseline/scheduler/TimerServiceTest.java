package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.phaseline.scheduler.TestCluster.Space;
import dev.phaseline.schemas.TopicNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("broker")
final class TimerServiceTest {
  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir private static Path folder;
  private static TestCluster cluster;

  @BeforeAll
  static void startBroker() {
    cluster = new TestCluster(folder.resolve("data"));
  }

  @AfterAll
  static void stopBroker() {
    cluster.close();
  }

  @Test
  void timersOutliveTheirScheduler() throws Exception {
    var space = cluster.space("outlive");
    // Far enough for the slowest machine; the last scheduler's clock is ahead of it, and no further
    // ahead of the broker's than that takes.
    var due = Instant.now().plus(Duration.ofMinutes(20));
    InstantSource later = () -> Instant.now().plus(Duration.ofMinutes(40));
    try (var reader = cluster.reader(space.target())) {
      try (var first = start(space, "one")) {
        for (var i = 0; i < 100; i++) cluster.schedule(space, "t" + i, due);
        cluster.schedule(space, "now", Instant.now());
        cluster.schedule(space, "never", due);
        cluster.cancel(space, "never");
        cluster.schedule(space, "next year", due.plus(Duration.ofDays(365)));
        reader.until(1, SOON);
        TestCluster.until("all pending", SOON, () -> first.metrics().pending() == 101);
      }
      try (var second = start(space, "one")) {
        TestCluster.until("all known", SOON, () -> second.metrics().pending() == 101);
        assertThat(second.metrics().fired()).isZero();
      }
      try (var third = start(at(later, config(space.names(), "one")))) {
        reader.until(101, SOON);
        // A partition that just goes from one of its threads to the other is of neither; and what
        // was fired again after a transaction that was aborted counts again.
        TestCluster.until("one pending", SOON, () -> third.metrics().pending() == 1);
        assertThat(third.metrics().fired()).isGreaterThanOrEqualTo(100);
      }
      assertThat(new HashSet<>(reader.read)).hasSize(101);
      assertThat(reader.read).allSatisfy(TimerServiceTest::notEarly);
      assertThat(reader.read).noneMatch(out -> out.value().startsWith("never"));
    }
  }

  @Test
  void twoShareTheLoadAndOneTakesOver() throws Exception {
    var space = cluster.space("share");
    try (var reader = cluster.reader(space.target());
        var one = start(space, "one")) {
      try (var two = start(space, "two")) {
        TestCluster.until(
            "both have partitions",
            SOON,
            () -> {
              // Which partition a timer is in follows from its id, so any few hundred reach both.
              for (var i = 0; i < 20; i++) {
                cluster.schedule(space, "t" + System.nanoTime(), Instant.now().plusMillis(50));
              }
              reader.poll();
              return one.metrics().fired() > 0 && two.metrics().fired() > 0;
            });
      }
      var before = reader.read.size();
      for (var i = 0; i < 200; i++) cluster.schedule(space, "after" + i, Instant.now());
      TestCluster.until(
          "one has all of it",
          SOON,
          () ->
              reader.poll().read.stream().filter(out -> out.value().startsWith("after")).count()
                  == 200);
      assertThat(reader.read.size()).isGreaterThanOrEqualTo(before);
      assertThat(reader.read).doesNotHaveDuplicates().allSatisfy(TimerServiceTest::notEarly);
    }
  }

  @Test
  void topicThatWasDeletedStopsNobodyElse() throws Exception {
    var space = cluster.space("deleted");
    var doomed = new Space(space.names(), space.records(), space.names().phase("old", "fetch"));
    try (var service = start(space, "one");
        var reader = cluster.reader(space.target());
        var dead = cluster.reader(space.names().timersDead())) {
      cluster.schedule(doomed, "a", Instant.now());
      cluster.schedule(space, "b", Instant.now());
      reader.until(1, SOON);
      dead.until(1, SOON);
      assertThat(dead.records.getFirst().key()).isEqualTo("a".getBytes(UTF_8));
      var reason = dead.records.getFirst().headers().lastHeader("pl-reason").value();
      assertThat(new String(reason, UTF_8)).contains(doomed.target());
      assertThat(service.awaitRunning(SOON)).as("it goes on").isTrue();
      assertThat(service.metrics().dead()).isGreaterThanOrEqualTo(1);
    }
  }

  @Test
  void whatIsMissingIsNamedWithTheRemedy() {
    var nobody = config(new TopicNames("nobody"), "one");
    assertThatExceptionOfType(SchedulerException.class)
        .isThrownBy(() -> TimerService.start(nobody))
        .withMessage(
            "namespace 'nobody' has no topic nobody.timers, nobody.timers.dead; create them with"
                + " `phaseline topics create`");

    var wait = TimerConfig.Tuning.DEFAULT.withStartWait(Duration.ofSeconds(1));
    var nowhere =
        TimerConfig.of("one", Map.of("bootstrap.servers", "127.0.0.1:1"), folder.resolve("none"))
            .withTuning(wait);
    assertThatExceptionOfType(SchedulerException.class)
        .isThrownBy(() -> TimerService.start(nowhere))
        .withMessageContaining("no broker answers at 127.0.0.1:1 within 1 s");
  }

  @Test
  void compactedTopicIsRefusedBecauseItLosesCancels() throws Exception {
    var space = cluster.space("compacted");
    var topic = new ConfigResource(ConfigResource.Type.TOPIC, space.names().timers());
    var compact =
        new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET);
    cluster.admin.incrementalAlterConfigs(Map.of(topic, List.of(compact))).all().get();
    // The controller has written it down before the broker tells of it.
    TestCluster.until("the broker knows", SOON, () -> "compact".equals(policy(topic)));

    assertThatExceptionOfType(SchedulerException.class)
        .isThrownBy(() -> start(space, "one"))
        .withMessageContainingAll("compacted.timers", "cleanup.policy=compact", "cancels");
  }

  @Test
  void timersThatWereDeletedBeforeTheyWereReadAreCounted() throws Exception {
    var space = cluster.space("lost");
    try (var reader = cluster.reader(space.target())) {
      try (var before = start(space, "one")) {
        assertThat(before.metrics().lost()).isZero();
        for (var i = 0; i < 20; i++) cluster.schedule(space, "read-" + i, Instant.now());
        reader.until(20, SOON);
      }
      for (var i = 0; i < 10; i++) cluster.schedule(space, "lost-" + i, Instant.now());
      cluster.producer.flush();
      cluster.deleteAllOf(space.names().timers());
      for (var i = 0; i < 5; i++) cluster.schedule(space, "kept-" + i, Instant.now());
      try (var after = start(space, "one")) {
        assertThat(after.metrics().lost()).isEqualTo(10);
        reader.until(25, SOON);
      }
      try (var healed = start(space, "one")) {
        assertThat(healed.metrics().lost()).as("what was read since is not lost").isLessThan(10);
      }
    }
  }

  @Test
  void folderThatCanNotBeUsedIsNamed() throws Exception {
    var space = cluster.space("folder");
    var file = Files.writeString(folder.resolve("a-file"), "");
    var config =
        TimerConfig.of("one", cluster.broker.clientConfig(), file.resolve("state"))
            .withNames(space.names());
    assertThatExceptionOfType(SchedulerException.class)
        .isThrownBy(() -> TimerService.start(config))
        .withMessageContaining(file.toString());
    try (var first = start(space, "one")) {
      assertThatExceptionOfType(SchedulerException.class)
          .isThrownBy(() -> TimerService.start(config(space.names(), "one")))
          .withMessageContaining("if it is another scheduler's, name one of its own");
      assertThat(first.awaitRunning(SOON)).as("the first is not disturbed").isTrue();
    }
  }

  @Test
  void settingsOutOfRangeAreRefused() {
    var usual = TimerConfig.Tuning.DEFAULT;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> usual.withThreads(0))
        .withMessageContaining("threads");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> usual.withRemember(Duration.ofSeconds(-1)))
        .withMessageContaining("remember");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimerConfig.of("a/b", Map.of("bootstrap.servers", "x:1"), folder))
        .withMessageContaining("'a/b'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimerConfig.of("a", Map.of(), folder))
        .withMessageContaining("bootstrap.servers");
  }

  private static void notEarly(TestCluster.Out out) {
    var due = Long.parseLong(out.value().substring(out.value().indexOf('@') + 1));
    assertThat(out.timestampMs()).isGreaterThanOrEqualTo(due);
  }

  private static @Nullable String policy(ConfigResource topic) {
    try {
      var settings = cluster.admin.describeConfigs(List.of(topic)).all().get().get(topic);
      return settings == null ? null : settings.get("cleanup.policy").value();
    } catch (ExecutionException | InterruptedException failed) {
      throw new AssertionError(failed);
    }
  }

  private static TimerConfig at(InstantSource clock, TimerConfig is) {
    return new TimerConfig(
        is.name(), is.kafka(), is.names(), is.stateDir(), is.tuning(), clock, is.meters());
  }

  private static TimerService start(Space space, String name) throws Exception {
    return start(config(space.names(), name));
  }

  private static TimerService start(TimerConfig config) throws Exception {
    var service = TimerService.start(config);
    assertThat(service.awaitRunning(SOON))
        .as(() -> service.state() + " " + service.failure())
        .isTrue();
    return service;
  }

  private static TimerConfig config(TopicNames names, String name) {
    var state = folder.resolve("state-" + names.namespace() + "-" + name);
    return TimerConfig.of(name, cluster.broker.clientConfig(), state).withNames(names);
  }
}
