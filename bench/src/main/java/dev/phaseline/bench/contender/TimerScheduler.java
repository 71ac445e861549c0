package dev.phaseline.bench.contender;

import dev.phaseline.scheduler.TimerConfig;
import dev.phaseline.scheduler.TimerService;
import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;

/// This product's timers, as a user gets them: all defaults. Starts when its timers fire, for that
/// is what a restart is measured by.
record TimerScheduler() implements Contender {
  private static final Duration READY = Duration.ofMinutes(10);

  @Override
  public Running start(Course course, Work work) throws InterruptedException {
    var config =
        TimerConfig.of(
                course.instance(),
                Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, course.bootstrap()),
                course.timersDir(Path.of(System.getProperty("java.io.tmpdir"))))
            .withNames(new TopicNames(course.namespace()));
    var running = new RunningScheduler(TimerService.start(config));
    if (running.service().awaitRunning(READY)) return running;
    var why = running.failure();
    running.close();
    throw new IllegalStateException("the scheduler does not run within " + READY, why.orElse(null));
  }

  /// A scheduler as a contender.
  private record RunningScheduler(TimerService service) implements Running {
    @Override
    public Optional<Throwable> failure() {
      return service.failure().map(Throwable.class::cast);
    }

    @Override
    public long waiting() {
      return service.metrics().pending();
    }

    @Override
    public void close() {
      service.close();
    }
  }
}
