package dev.phaseline.testkit.queue;

import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.scheduler.TimerConfig;
import dev.phaseline.scheduler.TimerService;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;

/// A broker and a scheduler, for queues whose locks are so short that their end can be waited for.
final class QueueBroker implements AutoCloseable {
  private final EmbeddedBroker broker;
  private final TimerService scheduler;

  private QueueBroker(EmbeddedBroker broker, TimerService scheduler) {
    this.broker = broker;
    this.scheduler = scheduler;
  }

  static QueueBroker start(Path folder) throws InterruptedException {
    var properties =
        Map.of(
            "group.share.record.lock.duration.ms", "3000",
            "group.share.heartbeat.interval.ms", "200");
    var broker =
        EmbeddedBroker.start(
            EmbeddedBroker.Config.in(folder.resolve("broker")).withProperties(properties));
    try (var admin = Admin.create(broker.clientConfig())) {
      var settings = TopicSettings.SINGLE.withPartitions(1);
      var topics = new TopicSetup(admin, TopicNames.DEFAULT, settings);
      topics.ensureTimers().orThrow();
      topics.ensureJobs().orThrow(); // a scheduler follows the ends of jobs
    }
    var tuning = TimerConfig.Tuning.DEFAULT;
    var config =
        TimerConfig.of("queues", broker.clientConfig(), folder.resolve("timers"))
            .withTuning(tuning);
    var scheduler = TimerService.start(config);
    if (!scheduler.awaitRunning(Duration.ofSeconds(60))) {
      throw new IllegalStateException("the scheduler does not run: " + scheduler.failure());
    }
    return new QueueBroker(broker, scheduler);
  }

  Map<String, Object> clientConfig() {
    return broker.clientConfig();
  }

  @Override
  public void close() {
    scheduler.close();
    broker.close();
  }
}
