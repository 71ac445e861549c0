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
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
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

  /// How soon is printed, and what holds from then on is asserted: a busy machine is no failure.
  @Test
  void aChangeHoldsFromTheMomentItIsTakenIn() throws Exception {
    var space = cluster.space("live");
    var hourly = Plans.spec("'every':'1h','overlap':'allow'");
    var quick = Plans.spec("'every':'100ms','overlap':'allow'");
    var record = ScheduleRecord.made(1, hourly, Plans.change(now()));
    var active = new ArrayList<Window>();
    var shifts = new ArrayList<Long>();
    var pauses = new ArrayList<Long>();
    try (var jobs = cluster.reader(space.target());
        var status = cluster.reader(space.names().scheduleStatus());
        var _ = start(space, "one")) {
      put(space, "live", record);
      takenIn(status, record);
      for (var round = 0; round < 5; round++) {
        var before = of(jobs.poll().records, "live").size();
        var changed = now();
        record = record.withSpec(quick, Plans.change(changed));
        put(space, "live", record);
        TestCluster.until("it runs", SOON, () -> of(jobs.poll().records, "live").size() > before);
        shifts.add(Duration.between(changed, now()).toMillis());
        var paused = now();
        record = record.pausedBy(Plans.change(paused));
        put(space, "live", record);
        var stopped = takenIn(status, record);
        pauses.add(Duration.between(paused, now()).toMillis());
        active.add(new Window(changed, stopped));
        record = record.withSpec(hourly, Plans.change(now()));
        record = record.resumedBy(Plans.change(now()));
        put(space, "live", record);
        takenIn(status, record);
      }
      System.out.println("put to the first job of the new interval, ms: " + shifts);
      System.out.println("put to the pause, ms: " + pauses);
      assertThat(of(jobs.poll().records, "live"))
          .allMatch(id -> active.stream().anyMatch(one -> one.holds(nominal(id))));
    }
  }

  /// From a change to a shorter interval until the pause was taken in.
  private record Window(Instant from, Instant until) {
    boolean holds(Instant nominal) {
      return !nominal.isBefore(from) && !nominal.isAfter(until);
    }
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private static Instant nominal(String job) {
    return Instant.parse(job.substring(job.indexOf('@') + 1));
  }

  /// Waits until the scheduler has a change, and says when it had, by its clock.
  private static Instant takenIn(TestCluster.Reader status, ScheduleRecord record) {
    var found = new AtomicReference<ScheduleStatus>();
    TestCluster.until(
        "revision " + record.revision() + " is taken in",
        SOON,
        () -> {
          for (var each : status.poll().records) found.set(ScheduleStatus.read(each.value()));
          return found.get() != null && found.get().revision() == record.revision();
        });
    return found.get().now().at();
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
