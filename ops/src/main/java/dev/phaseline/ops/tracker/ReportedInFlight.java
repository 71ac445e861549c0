package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.control.WorkersView;
import dev.phaseline.schemas.RecordAddress;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Running items by the workers' heartbeats. A heartbeat names those of each phase that have been
/// running longest ([Heartbeat.PhaseBeat#IN_FLIGHT_MAX]), so what takes long is seen as running and
/// by whom; what is done within a second or two is not worth the bytes, and is seen as waiting
/// until then. What it says of the times of its phases is added up over all workers.
///
/// As fresh as heartbeats are: about two seconds. What a worker said that has gone, or that nobody
/// could ask for, counts as not said. Thread-safe.
public final class ReportedInFlight implements InFlight {
  private static final Logger LOG = LoggerFactory.getLogger(ReportedInFlight.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(Heartbeat.EVERY_MS);

  private final WorkersView workers;
  private final TopicNames names;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private volatile Map<RecordAddress, Seen> seen = Map.of();
  private volatile Map<String, Heartbeat.Times> times = Map.of();

  private ReportedInFlight(WorkersView workers, TopicNames names) {
    this.workers = workers;
    this.names = names;
    this.thread = Thread.ofVirtual().name("tracker-in-flight").start(this::listen);
  }

  /// Begins to listen.
  ///
  /// @param kafka client properties
  public static ReportedInFlight open(Map<String, ?> kafka, TopicNames names) {
    return new ReportedInFlight(WorkersView.open(kafka, names), names);
  }

  @Override
  public Optional<Seen> at(RecordAddress place) {
    return Optional.ofNullable(seen.get(place));
  }

  @Override
  public Heartbeat.Times times(String pipeline, String phase) {
    return times.getOrDefault(pipeline + '.' + phase, Heartbeat.Times.NONE);
  }

  private void listen() {
    try {
      do {
        look();
      } while (!closed.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      seen = Map.of();
      times = Map.of();
    }
  }

  private void look() {
    try {
      var heard = workers.list();
      seen = running(heard, names);
      times = times(heard);
    } catch (ClusterException away) {
      seen = Map.of();
      times = Map.of();
      LOG.debug("running items are unknown: {}", away.getMessage());
    }
  }

  /// Items that live workers report as running.
  static Map<RecordAddress, Seen> running(List<WorkerView> workers, TopicNames names) {
    var running = new HashMap<RecordAddress, Seen>();
    for (var worker : workers) {
      if (worker.liveness() != WorkerView.Liveness.LIVE) continue;
      var heartbeat = worker.heartbeat();
      for (var phase : heartbeat.phases()) {
        for (var item : phase.inFlight()) {
          if (item.offset() < 0) continue;
          var topic = names.phase(phase.pipeline(), phase.phase());
          running.put(
              new RecordAddress(topic, item.partition(), item.offset()),
              new Seen(WorkState.RUNNING, heartbeat.server()));
        }
      }
    }
    return Map.copyOf(running);
  }

  /// Times of each phase, added up over live workers.
  static Map<String, Heartbeat.Times> times(List<WorkerView> workers) {
    var times = new HashMap<String, Heartbeat.Times>();
    for (var worker : workers) {
      if (!worker.isLive()) continue;
      for (var phase : worker.heartbeat().phases()) {
        times.merge(phase.pipeline() + '.' + phase.phase(), phase.times(), Heartbeat.Times::plus);
      }
    }
    return Map.copyOf(times);
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    workers.close();
  }
}
