package dev.phaseline.worker.telemetry;

import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.AttemptResult;
import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Thrown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A fence around what measures a lane: the meters are a registry's, which is the application's
/// code, and the lane's thread must not end because a number could not be written down. The first
/// failure is logged, all are passed over. Owned by the lane's thread.
final class GuardedObserver implements LaneObserver {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedObserver.class);

  private final LaneObserver guarded;
  private final String phase;
  private boolean hasFailed;

  GuardedObserver(LaneObserver guarded, String phase) {
    this.guarded = guarded;
    this.phase = phase;
  }

  @Override
  public void took(Attempt attempt, AttemptResult result, long startNanos, long endNanos) {
    try {
      guarded.took(attempt, result, startNanos, endNanos);
    } catch (Throwable thrown) { // whatever it is, it is the registry's failure
      failed(thrown);
    }
  }

  @Override
  public void published(Batch batch, long nanos) {
    try {
      guarded.published(batch, nanos);
    } catch (Throwable thrown) { // whatever it is, it is the registry's failure
      failed(thrown);
    }
  }

  @Override
  public void happened(Batch batch) {
    try {
      guarded.happened(batch);
    } catch (Throwable thrown) { // whatever it is, it is the registry's failure
      failed(thrown);
    }
  }

  @Override
  public void aborted(AbortCause cause) {
    try {
      guarded.aborted(cause);
    } catch (Throwable thrown) { // whatever it is, it is the registry's failure
      failed(thrown);
    }
  }

  private void failed(Throwable thrown) {
    if (thrown instanceof OutOfMemoryError memory) throw memory;
    if (hasFailed) return;
    hasFailed = true;
    LOG.warn(
        "the meter registry failed in phase {}: items go on, numbers are missing: {}",
        phase,
        Thrown.of(thrown).inWords());
  }
}
