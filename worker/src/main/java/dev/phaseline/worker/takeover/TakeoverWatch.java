package dev.phaseline.worker.takeover;

import dev.phaseline.worker.Placement;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.client.ClientSettings;
import dev.phaseline.worker.client.LaneIds;
import dev.phaseline.worker.telemetry.WorkerMeters;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watch for transactions that dead workers left open ([AbandonedTransactions]), which hide records
/// from the new owner. It runs after partitions were assigned to a lane of this worker. A thread of
/// its own, so that no lane waits for it, nor work for its answers.
///
/// It looks at once, and again twice in the next second, because what a worker had sent may arrive
/// after it was put out of the group. However often partitions move, it looks twice a second at the
/// most; and when brokers don't answer it tries for as long as a transaction may stay open.
public final class TakeoverWatch implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(TakeoverWatch.class);
  private static final int LOOKS = 3;
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final AbandonedTransactions abandoned;
  private final Map<Placement, AbandonedTransactions.Phase> phases = new HashMap<>();
  private final BlockingQueue<AbandonedTransactions.Phase> came = new LinkedBlockingQueue<>();
  private final Map<AbandonedTransactions.Phase, Due> due = new LinkedHashMap<>();
  private final Thread thread;

  /// Pending work for a phase.
  ///
  /// @param looks how often
  /// @param untilNanos when to give up
  private record Due(int looks, long untilNanos) {}

  public TakeoverWatch(WorkerConfig config, List<Placement> placements, WorkerMeters meters) {
    abandoned = new AbandonedTransactions(config);
    for (var placement : placements) phases.put(placement, phase(config, placement, meters));
    thread = Thread.ofPlatform().daemon().name("takeover-" + config.server()).unstarted(this);
  }

  private static AbandonedTransactions.Phase phase(
      WorkerConfig config, Placement placement, WorkerMeters meters) {
    var pipeline = placement.pipeline().name();
    var topic = config.topics().phase(pipeline, placement.phase());
    var lanes =
        IntStream.range(0, placement.lanes())
            .mapToObj(number -> LaneIds.lane(topic, config.server(), number))
            .collect(Collectors.toUnmodifiableSet());
    var group = config.topics().group(pipeline, placement.phase());
    return new AbandonedTransactions.Phase(topic, group, lanes, meters.abandoned(placement));
  }

  public void start() {
    thread.start();
  }

  /// Partitions of this phase have come to a lane of this worker. Any thread; never waits.
  public void cameTo(Placement placement) {
    var phase = phases.get(placement);
    if (phase != null) came.add(phase);
  }

  @Override
  public void run() {
    try (abandoned) {
      var nextNanos = System.nanoTime();
      while (true) {
        awaitDue(nextNanos);
        note(look());
        nextNanos = System.nanoTime() + PACE_NANOS;
      }
    } catch (InterruptedException stopped) {
      LOG.debug("stopped");
    }
  }

  /// Waits until there is something to look for, and its time has come.
  private void awaitDue(long nextNanos) throws InterruptedException {
    if (due.isEmpty()) add(came.take());
    for (var phase = pollUntil(nextNanos); phase != null; phase = pollUntil(nextNanos)) add(phase);
  }

  private AbandonedTransactions.@Nullable Phase pollUntil(long nanos) throws InterruptedException {
    return came.poll(nanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private void add(AbandonedTransactions.Phase phase) {
    due.put(phase, new Due(LOOKS, System.nanoTime() + ClientSettings.TRANSACTION.toNanos()));
  }

  /// @return whether the brokers have told all
  private boolean look() throws InterruptedException {
    try {
      return abandoned.end(List.copyOf(due.keySet()));
    } catch (RuntimeException bug) {
      LOG.error("can't look for what workers that are gone have left open", bug);
      return true;
    }
  }

  private void note(boolean answered) {
    var now = System.nanoTime();
    var done = answered ? 1 : 0;
    due.replaceAll((_, left) -> new Due(left.looks() - done, left.untilNanos()));
    due.values().removeIf(left -> left.looks() <= 0 || left.untilNanos() - now < 0);
  }

  /// Asks it to end.
  public void stop() {
    thread.interrupt();
  }

  /// Waits for the end.
  ///
  /// @return whether it came in time
  public boolean join(Duration wait) throws InterruptedException {
    return thread.join(wait);
  }
}
