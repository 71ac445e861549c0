package dev.phaseline.worker.lane;

import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.ConcurrencyTuner;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.control.StandingOrders;
import org.jspecify.annotations.Nullable;

/// Concurrency of one lane: the operator's number, else the phase's, else the number found by
/// measuring. The phase's number is for the worker: its lanes share it. Each lane has at least one,
/// because no other lane can work on its partitions.
///
/// Where the number is found by measuring, each lane does so for itself. Lanes that wait for the
/// same thing see each other as part of it.
///
/// [#of] and [#isFound] may be called by any thread, the rest by the lane's.
final class LanePermits {
  private final int lanes;
  private final int number;
  private final @Nullable ConcurrencyTuner tuner;
  private volatile int tuned;
  private boolean measures; // the lane's

  LanePermits(Placement placement, int number) {
    this.lanes = placement.lanes();
    this.number = number;
    var declared = share(placement.options().concurrency());
    this.tuner = placement.options().autoConcurrency() ? new ConcurrencyTuner(declared) : null;
    this.tuned = tuner == null ? declared : tuner.permits();
    this.measures = tuner != null;
  }

  private int share(int all) {
    return Math.max(1, all / lanes + (number < all % lanes ? 1 : 0));
  }

  /// So many, while these orders hold.
  int of(StandingOrders orders) {
    return orders.permits() > 0 ? share(orders.permits()) : tuned;
  }

  /// Whether that number is found by measuring, while these orders hold.
  boolean isFound(StandingOrders orders) {
    return tuner != null && orders.permits() == 0;
  }

  /// These orders hold from here on: what is measured under somebody else's number says nothing.
  void obey(StandingOrders orders) {
    measures = isFound(orders) && !orders.isPaused();
  }

  /// An attempt took so long.
  void took(Attempt attempt, AttemptResult result, long startNanos, long endNanos) {
    if (!measures || tuner == null || attempt.abandoned()) return;
    if (result instanceof AttemptResult.Settled(var made) && !made.dead()) {
      tuner.took(endNanos - startNanos);
    }
  }

  /// Looks whether another number is better.
  ///
  /// @return whether it is
  boolean tune(long nowNanos) {
    if (!measures || tuner == null || !tuner.turn(nowNanos)) return false;
    tuned = tuner.permits();
    return true;
  }
}
