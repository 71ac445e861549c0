package dev.phaseline.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.jdbc.FlakySource;
import dev.phaseline.outbox.Published.Job;
import dev.phaseline.outbox.RelayStatus.State;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import dev.phaseline.schemas.TopicNames;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Behaviour of relays, the same on every database. Each test has a namespace of its own on a
/// broker that all of them share.
abstract class RelayContract extends OutboxContract {
  static final Duration BOUND = Duration.ofMinutes(1);
  private static final AtomicInteger NAMESPACES = new AtomicInteger();

  TopicNames names = TopicNames.DEFAULT;

  abstract Map<String, Object> kafka();

  @BeforeEach
  final void namespace() throws Exception {
    names = new TopicNames("ns" + NAMESPACES.incrementAndGet());
    published().createTopics(names.outbox(), names.phase("orders", "check"));
  }

  final Published published() {
    return new Published(kafka());
  }

  final List<Job> jobs() {
    return published().jobs(names.phase("orders", "check"));
  }

  final RelayConfig config(String relay) {
    return RelayConfig.of("orders")
        .withRelay(relay)
        .withNames(names)
        .withTuning(RelayTuning.DEFAULT.withBatchRows(100).withTakeover(Duration.ofMillis(300)));
  }

  final OutboxRelay start(DataSource source, String relay) {
    return OutboxRelay.start(source, kafka(), config(relay));
  }

  /// Submits jobs of three keys, each in a transaction of its own.
  final List<Job> submit(int from, int to) throws SQLException {
    return submit(JobType.text("orders", "check"), from, to);
  }

  final List<Job> submit(JobType<String> type, int from, int to) throws SQLException {
    var own = Outbox.of(JobClient.Settings.DEFAULT.withNames(names));
    var jobs = new ArrayList<Job>();
    try (var connection = begin()) {
      for (var i = from; i < to; i++) {
        var job = new Job("k" + i % 3, "order-" + i);
        own.submit(connection, type, JobRequest.withId(job.id(), "" + i).withKey(job.key()));
        connection.commit();
        jobs.add(job);
      }
    }
    return jobs;
  }

  final void awaitEmpty() throws Exception {
    await("rows are gone", () -> database().number("SELECT COUNT(*) FROM phaseline_outbox") == 0);
  }

  static void await(String what, Callable<Boolean> condition) throws Exception {
    var sinceNanos = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - sinceNanos > BOUND.toNanos()) {
        throw new AssertionError("not within " + BOUND + ": " + what);
      }
      TimeUnit.MILLISECONDS.sleep(5); // the database has no other sign
    }
  }

  @Test
  void jobsArePublishedOnceThoughRelaysFollowEachOther() throws Exception {
    var expected = new ArrayList<>(submit(0, 250));
    try (var first = start(database().pool(), "a");
        var second = start(database().pool(), "b")) {
      expected.addAll(submit(250, 300));
      awaitEmpty();
      await("one stands by", () -> (first.status().state() == State.STANDBY) != isStandby(second));
      (isStandby(second) ? first : second).close();
      expected.addAll(submit(300, 350));
      awaitEmpty();
      assertThat(first.status().published() + second.status().published()).isEqualTo(350);
    }
    assertThat(Published.problems(expected, jobs())).isEmpty();
  }

  private static boolean isStandby(OutboxRelay relay) {
    return relay.status().state() == State.STANDBY;
  }

  /// As a relay that is killed there.
  @Test
  void aRelayThatEndsBetweenTheCommitsDoublesNothing() throws Exception {
    var expected = submit(0, 250);
    var deletions = new AtomicInteger();
    var source =
        new FlakySource(
            database().pool(),
            (method, after) -> {
              // rows are deleted right behind Kafka's commit
              if (!method.equals("createStatement") || after || !isDeletion()) return;
              if (deletions.incrementAndGet() % 2 == 1) throw new SQLException("gone", "08006");
            });
    try (var relay = start(source, "a")) {
      awaitEmpty();
      assertThat(deletions.get()).isGreaterThanOrEqualTo(6);
      assertThat(relay.failure()).isEmpty();
    }
    assertThat(Published.problems(expected, jobs())).isEmpty();
  }

  static boolean isDeletion() {
    return StackWalker.getInstance()
        .walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals("delete")));
  }

  /// A relay that freezes and wakes up has rows in its memory that another one has published.
  @Test
  void aRelayThatWakesUpPublishesNothingMore() throws Exception {
    var expected = submit(0, 50);
    var frozen = new CountDownLatch(1);
    var wakes = new CountDownLatch(1);
    var source =
        new FlakySource(
            database().pool(),
            (method, after) -> {
              if (!method.equals("commit") || !after || !isTurn()) return;
              frozen.countDown();
              wait(wakes);
            });
    try (var sleeper = start(source, "a")) {
      wait(frozen);
      try (var other = start(database().pool(), "b")) {
        awaitEmpty();
        wakes.countDown();
        await("it stands by", () -> sleeper.status().state() == State.STANDBY);
        assertThat(other.status().published()).isEqualTo(50);
        assertThat(sleeper.status().published()).isZero();
      }
    } finally {
      wakes.countDown();
    }
    assertThat(Published.problems(expected, jobs())).isEmpty();
  }

  private static void wait(CountDownLatch latch) {
    try {
      assertThat(latch.await(BOUND.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  private static boolean isTurn() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> frame.getClassName().endsWith(".Leadership"))
                    .findFirst()
                    .filter(frame -> frame.getMethodName().equals("runOnce"))
                    .isPresent());
  }
}
