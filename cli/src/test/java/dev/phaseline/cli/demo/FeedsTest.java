package dev.phaseline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.phaseline.cli.serve.TrackerOptions;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.examples.feeds.FeedsPipeline;
import dev.phaseline.ops.schedule.ScheduleClient;
import dev.phaseline.scheduler.TimerConfig;
import dev.phaseline.scheduler.TimerService;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.server.ServerConfig;
import dev.phaseline.server.ServerFile;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Schedules of the demo of feeds on a real broker, a day of them in some seconds, and the audit.
/// All parts are in this process, and none is killed: that is what the demo itself is for.
@Tag("broker")
final class FeedsTest {
  private static final Duration WAIT = Duration.ofMinutes(2);
  private static final Duration HOUR = Duration.ofMillis(150);

  @TempDir private Path folder;

  @Test
  void eachInstantOfADayIsDecidedOnceAndItsJobEndsOnce() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("kafka")))) {
      var config =
          ServerFile.none()
              .withServer("feeds")
              .withKafka(ServerConfig.BOOTSTRAP, broker.bootstrapServers());
      FeedsDemo.createTopics(config);
      var feeds = FeedsPipeline.create(Optional.empty());
      var archive = FeedsPipeline.archive().over(feeds);
      try (var _ = TrackerOptions.in(folder.resolve("tracker")).start(config, WAIT);
          var scheduler =
              TimerService.start(
                  TimerConfig.of("feeds", config.kafka(), folder.resolve("timers")));
          var _ =
              Worker.start(
                  WorkerConfig.of("feeds", config.kafka()).withTimers(true),
                  Stream.of(feeds, archive).flatMap(one -> Placement.all(one).stream()).toList());
          var client = ScheduleClient.open(config.kafka(), config.names())) {
        assertThat(scheduler.awaitRunning(WAIT)).isTrue();
        var from = Instant.now().plusSeconds(1).truncatedTo(ChronoUnit.MILLIS);
        var _ = client.putAll(new FeedSchedules(from, HOUR, 1).specs(), new Author("test", "", ""));
        awaitEnd(client);
        audited(FeedsAudit.of(config, client));
      }
    }
  }

  private static void awaitEnd(ScheduleClient client) {
    var deadline = System.nanoTime() + WAIT.toNanos();
    while (!client.list().stream().allMatch(FeedsScript::isOver)) {
      assertThat(deadline - System.nanoTime()).as("time left for jobs to end").isPositive();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(200));
    }
  }

  private static void audited(FeedsAudit audit) {
    assertThat(audit.problems()).isEmpty();
    var report = audit.report(4, new FeedsReport.Rows(0, 0, 0), new FeedsReport.Servers(0, 0, 0));
    assertThat(report.balanced()).isTrue();
    assertThat(report.schedules())
        .extracting(ScheduleAudit.Result::id, ScheduleAudit.Result::instants)
        .contains(tuple(FeedSchedules.HOURLY, 24L), tuple(FeedSchedules.DAILY, 1L));
    assertThat(report.unblocked()).as("hourly jobs that the archive did not block").isPositive();
  }
}
