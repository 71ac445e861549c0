package dev.phaseline.worker.telemetry;

import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.schemas.control.Histogram;
import dev.phaseline.worker.item.KafkaItem;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;

/// Counts how long the items of one lane waited and how long their handlers took, in microseconds,
/// on [Histogram]'s scale. Written by the lane's thread alone, read by any.
///
/// What it costs: for each attempt one or two counts go up in an array, with no lock, no fence and
/// no object; the wall clock is read once a second. Counts only grow, and begin anew after 2^32:
/// whoever reads takes differences ([PhaseTimes]), so that the lane has no window to turn.
final class LaneTimes implements LaneObserver {
  /// Instead of a time: the attempt is not its item's first, or the record has no time.
  static final long NOT_SAID = -1;

  private static final long CLOCK_EVERY_NANOS = 1_000_000_000L;

  private final InstantSource clock;
  private final AtomicIntegerArray wait = new AtomicIntegerArray(Histogram.BUCKETS);
  private final AtomicIntegerArray service = new AtomicIntegerArray(Histogram.BUCKETS);
  private long clockReadNanos = System.nanoTime() - CLOCK_EVERY_NANOS;
  private long wallMinusNanos;

  LaneTimes(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void took(Attempt attempt, AttemptResult result, long startNanos, long endNanos) {
    var _ = count(attempt, result, startNanos, endNanos);
  }

  /// Counts an attempt.
  ///
  /// @return how long its item had waited, in nanoseconds, or [#NOT_SAID]
  long count(Attempt attempt, AttemptResult result, long startNanos, long endNanos) {
    handled(endNanos - startNanos);
    if (attempt.number() != 1 || attempt.lastFailure() != null) return NOT_SAID;
    if (!counts(result)) return NOT_SAID;
    var written = KafkaItem.recordOf(attempt.item()).timestamp();
    if (written < 0) return NOT_SAID; // the record has none
    // the clocks of two machines differ
    var waited = Math.max(0, wallNanos(startNanos) - TimeUnit.MILLISECONDS.toNanos(written));
    waited(waited);
    return waited;
  }

  /// Whether the attempt was the item's turn: it comes again after one that does not count.
  private static boolean counts(AttemptResult result) {
    return switch (result) {
      case AttemptResult.Settled _,
          AttemptResult.GaveUp _,
          AttemptResult.Threw _,
          AttemptResult.RetryAsked _ ->
          true;
      case AttemptResult.SuspendAsked _, AttemptResult.LeftToOthers _ -> false;
    };
  }

  /// A handler took so long.
  void handled(long nanos) {
    oneMore(service, nanos);
  }

  /// An item waited so long.
  void waited(long nanos) {
    oneMore(wait, nanos);
  }

  private static void oneMore(AtomicIntegerArray of, long nanos) {
    var bucket = Histogram.bucket(nanos / 1_000);
    of.setOpaque(bucket, of.getPlain(bucket) + 1); // one thread writes
  }

  private long wallNanos(long nanos) {
    if (nanos - clockReadNanos >= CLOCK_EVERY_NANOS) {
      clockReadNanos = System.nanoTime();
      wallMinusNanos = TimeUnit.MILLISECONDS.toNanos(clock.millis()) - clockReadNanos;
    }
    return nanos + wallMinusNanos;
  }

  /// Adds what it counted so far, as far as it can be seen from here.
  void addTo(int[] waits, int[] services) {
    for (var i = 0; i < Histogram.BUCKETS; i++) {
      waits[i] += wait.getOpaque(i);
      services[i] += service.getOpaque(i);
    }
  }
}
