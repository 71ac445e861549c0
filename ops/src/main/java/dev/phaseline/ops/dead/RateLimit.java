package dev.phaseline.ops.dead;

import java.time.Duration;

/// Rate limiter: gives the number that may go now, and waits for the next turn. For one thread.
final class RateLimit {
  /// Four steps a second are smooth enough for whoever works behind.
  private static final double STEPS_PER_SECOND = 4;

  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final double perSecond;
  private final int stepMax;
  private long nextNanos = System.nanoTime();

  /// @param perSecond 0: no limit
  /// @param stepMax never more than this at once
  RateLimit(double perSecond, int stepMax) {
    this.perSecond = perSecond;
    this.stepMax =
        perSecond == 0 ? stepMax : (int) Math.clamp(perSecond / STEPS_PER_SECOND, 1, stepMax);
  }

  /// Number of letters that may be sent in one step.
  int stepMax() {
    return stepMax;
  }

  /// Waits until it is time for these.
  ///
  /// @return false when it was asked to stop first
  boolean await(int count, ProgressListener progress) {
    while (System.nanoTime() - nextNanos < 0) {
      if (progress.stopRequested()) return false;
      try {
        Thread.sleep(
            Math.clamp((nextNanos - System.nanoTime()) / 1_000_000, 1, LOOK_EVERY.toMillis()));
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    if (perSecond > 0) {
      nextNanos = Math.max(nextNanos, System.nanoTime()) + (long) (count * 1e9 / perSecond);
    }
    return !progress.stopRequested();
  }
}
