package dev.phaseline.bench.contender;

import dev.phaseline.ops.tracker.InFlight;
import dev.phaseline.ops.tracker.StatusException;
import dev.phaseline.ops.tracker.Tracker;
import dev.phaseline.ops.tracker.TrackerConfig;
import dev.phaseline.ops.tracker.TrackerState;
import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;

/// This product's tracker, as a user gets it: all defaults.
record JobTracker() implements Contender {
  private static final Duration READY = Duration.ofMinutes(2);

  @Override
  public Running start(Course course, Work work) throws InterruptedException {
    var config =
        TrackerConfig.of(
                course.instance(),
                Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, course.bootstrap()),
                course.trackerDir(Path.of(System.getProperty("java.io.tmpdir"))))
            .withNames(new TopicNames(course.namespace()));
    var running = new RunningTracker(Tracker.start(config, InFlight.UNKNOWN));
    if (running.tracker().awaitReady(READY)) return running;
    var why = running.failure();
    running.close();
    throw new IllegalStateException("the tracker is not ready within " + READY, why.orElse(null));
  }

  /// A tracker as a contender.
  private record RunningTracker(Tracker tracker) implements Running {
    @Override
    public Optional<Throwable> failure() {
      return tracker.failure().map(Throwable.class::cast);
    }

    /// The number of records read, and of jobs that are done as it counts them.
    @Override
    public Map<String, Double> figures() {
      var read = 0.0;
      var done = 0.0;
      try {
        for (var phase : tracker.status().phases()) {
          read += phase.in() + phase.done() + phase.dead();
          done += phase.done();
        }
      } catch (StatusException notNow) {
        return Map.of();
      }
      return Map.of("read", read, "done", done);
    }

    @Override
    public Map<String, Double> look(int jobs) {
      if (!(tracker.state() instanceof TrackerState.Ready)) {
        throw new IllegalStateException("the tracker is " + tracker.state());
      }
      return new HashMap<>(new LookUps(tracker.status(), jobs).measure());
    }

    @Override
    public void close() {
      tracker.close();
    }
  }
}
