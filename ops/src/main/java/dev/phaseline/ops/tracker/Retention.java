package dev.phaseline.ops.tracker;

import java.time.Duration;

/// Retention of jobs. What is forgotten is no longer found; counts of phases keep what ended.
///
/// @param ended for how long after its end
/// @param idle for how long after its last movement a job is kept that has not ended, or has dead
///   letters that somebody may still redrive
/// @param jobsMax of more jobs than that, the oldest that have ended are forgotten early; about, as
///   each part of the tracker counts its own
public record Retention(Duration ended, Duration idle, long jobsMax) {
  /// 7 days, 90 days, 5 million.
  public static final Retention DEFAULT =
      new Retention(Duration.ofDays(7), Duration.ofDays(90), 5_000_000);

  public Retention {
    if (ended.isNegative() || ended.isZero()) {
      throw new IllegalArgumentException("ended must be more than zero: " + ended);
    }
    if (idle.compareTo(ended) < 0) {
      throw new IllegalArgumentException("idle " + idle + " is shorter than ended " + ended);
    }
    if (jobsMax < 1) throw new IllegalArgumentException("jobsMax < 1: " + jobsMax);
  }
}
