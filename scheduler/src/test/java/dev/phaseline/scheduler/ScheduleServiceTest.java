package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.scheduler.TestCluster.Space;
import dev.phaseline.scheduler.policy.Plans;
import dev.phaseline.schemas.JobEnd;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import dev.phaseline.schemas.schedule.ScheduleStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("broker")
final class ScheduleServiceTest {
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
  void schedulesRunThroughAHandOverAndFollowTheirJobs() throws Exception {
    var space = cluster.space("runs");
    var made = Instant.now();
    put(space, "quick", Plans.made("'every':'100ms','overlap':'allow','catchUp':'all'", made));
    put(space, "loop", Plans.made("'continuous':true", made));
    try (var jobs = cluster.reader(space.target());
        var status = cluster.reader(space.names().scheduleStatus())) {
      try (var one = start(space, "one")) {
        TestCluster.until("runs", SOON, () -> of(jobs.poll().records, "quick").size() >= 5);
        TestCluster.until(
            "no tracker is told", SOON, () -> trouble(status.poll().records, "loop") != null);
        assertThat(one.scheduleMetrics().submitted()).isGreaterThanOrEqualTo(6);
      }
      var first = of(jobs.poll().records, "loop");
      assertThat(first).hasSize(1);
      end(space, first.getFirst());
      try (var two = start(space, "two")) {
        TestCluster.until("the next run", SOON, () -> of(jobs.poll().records, "loop").size() == 2);
        assertThat(two.scheduleMetrics().schedules()).isEqualTo(2);
      }
      var ids = of(jobs.poll().records, "quick");
      var at = Instant.ofEpochMilli((made.toEpochMilli() / 100 + 1) * 100);
      for (var id : ids) {
        assertThat(id).isEqualTo("quick~1@" + at);
        at = at.plusMillis(100);
      }
    }
  }

  @Test
  void changesAndCancelsThatLieInTheLogBeforeTheirTimeCountForASchedulerThatWasAway()
      throws Exception {
    var space = cluster.space("away");
    var due = Instant.now().plus(Duration.ofMinutes(20));
    InstantSource later = () -> Instant.now().plus(Duration.ofMinutes(40));
    var record = Plans.made("'every':'1s','overlap':'allow','catchUp':'all'", due);
    try (var reader = cluster.reader(space.target())) {
      try (var before = start(space, "one")) {
        for (var i = 0; i < 20; i++) cluster.schedule(space, "t" + i, due);
        put(space, "paused", record);
        TestCluster.until(
            "all are known",
            SOON,
            () -> before.metrics().pending() == 20 && before.scheduleMetrics().schedules() == 1);
      }
      for (var i = 0; i < 20; i++) cluster.cancel(space, "t" + i);
      put(space, "paused", record.pausedBy(Plans.change(due)));
      for (var i = 0; i < 9; i++) cluster.schedule(space, "sentinel" + i, Instant.now());
      cluster.producer.flush();
      try (var after = start(space, "one", later)) {
        reader.until(9, SOON);
        assertThat(after.metrics().cancelled()).isEqualTo(20);
        assertThat(reader.read).allMatch(out -> out.value().startsWith("sentinel"));
      }
      assertThat(of(reader.poll().records, "paused")).isEmpty();
    }
  }

  private static void put(Space space, String id, ScheduleRecord record) {
    var bytes = record.toBytes();
    var _ =
        cluster.producer.send(
            new ProducerRecord<>(space.names().schedules(), id.getBytes(UTF_8), bytes));
    cluster.producer.flush();
  }

  private static void end(Space space, String job) {
    var now = Instant.now();
    var end = new JobEnd(job, "cities", "done", now, now, 1, 0, 1).toBytes();
    var _ =
        cluster.producer.send(new ProducerRecord<>(space.names().jobs(), job.getBytes(UTF_8), end));
    cluster.producer.flush();
  }

  /// Ids of the jobs of a schedule.
  private static List<String> of(List<ConsumerRecord<byte[], byte[]>> jobs, String schedule) {
    return jobs.stream()
        .map(job -> job.headers().lastHeader("pl-job"))
        .filter(header -> header != null)
        .map(header -> new String(header.value(), UTF_8))
        .filter(id -> id.startsWith(schedule + "~"))
        .toList();
  }

  private static @Nullable String trouble(
      List<ConsumerRecord<byte[], byte[]>> records, String schedule) {
    String trouble = null;
    for (var record : records) {
      if (!new String(record.key(), UTF_8).equals(schedule)) continue;
      trouble = ScheduleStatus.read(record.value()).trouble();
    }
    return trouble;
  }

  private static TimerService start(Space space, String name) throws Exception {
    return start(space, name, InstantSource.system());
  }

  private static TimerService start(Space space, String name, InstantSource clock)
      throws Exception {
    var state = folder.resolve("state-" + space.names().namespace() + "-" + name);
    var is = TimerConfig.of(name, cluster.broker.clientConfig(), state).withNames(space.names());
    var config =
        new TimerConfig(
            is.name(), is.kafka(), is.names(), is.stateDir(), is.tuning(), clock, is.meters());
    var service = TimerService.start(config);
    assertThat(service.awaitRunning(SOON))
        .as(() -> service.state() + " " + service.failure())
        .isTrue();
    return service;
  }
}
