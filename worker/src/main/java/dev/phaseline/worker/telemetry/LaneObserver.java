package dev.phaseline.worker.telemetry;

import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Batch;
import dev.phaseline.worker.item.HandlerThreads;

/// Listener for a lane's attempts and transactions, called on the lane's thread, which waits for
/// it: whoever listens must be quick and must not fail.
public interface LaneObserver extends HandlerThreads.Times {

  @Override
  default void took(Attempt attempt, AttemptResult result, long startNanos, long endNanos) {}

  /// A transaction was tried, whatever came of it, and that took so long.
  default void published(Batch batch, long nanos) {}

  /// A transaction is known to have happened.
  default void happened(Batch batch) {}

  /// A transaction is known not to have happened.
  default void aborted(AbortCause cause) {}
}
