package dev.phaseline.ops.dead;

import java.time.Duration;
import java.util.Optional;

/// Settings of a redrive. If it exists, it is valid.
///
/// @param to the phase; empty: for each letter the one that gave up
/// @param perSecond at most so many letters a second; 0: as fast as it goes
/// @param canary so many are sent first, and the rest only when these do well; 0: none
/// @param failPercentMax of the canary, more than this dead again stop the redrive, 0 to 100
/// @param canaryWait how long the canary's letters may take to leave their phase
/// @param limit at most so many letters, the oldest first
public record Redrive(
    Optional<String> to,
    double perSecond,
    int canary,
    double failPercentMax,
    Duration canaryWait,
    long limit) {

  /// Back to where they failed, all of them, at once.
  public static final Redrive DEFAULT =
      new Redrive(Optional.empty(), 0, 0, 0, Duration.ofMinutes(5), Long.MAX_VALUE);

  public Redrive {
    if (!(perSecond >= 0)) {
      throw new IllegalArgumentException("the rate must be more than 0: " + perSecond);
    }
    if (canary < 0) throw new IllegalArgumentException("the canary must be 1 or more: " + canary);
    if (!(failPercentMax >= 0 && failPercentMax <= 100)) {
      throw new IllegalArgumentException("not from 0 to 100 percent: " + failPercentMax);
    }
    if (limit < 1) throw new IllegalArgumentException("the limit must be 1 or more: " + limit);
    if (canaryWait.isNegative()) {
      throw new IllegalArgumentException("the canary's wait is negative: " + canaryWait);
    }
  }

  /// To this phase.
  public Redrive withTo(String phase) {
    return new Redrive(Optional.of(phase), perSecond, canary, failPercentMax, canaryWait, limit);
  }

  /// No faster than this.
  public Redrive withPerSecond(double rate) {
    return new Redrive(to, rate, canary, failPercentMax, canaryWait, limit);
  }

  /// A few first.
  public Redrive withCanary(int count, double percentMax, Duration wait) {
    return new Redrive(to, perSecond, count, percentMax, wait, limit);
  }

  /// No more than these.
  public Redrive withLimit(long count) {
    return new Redrive(to, perSecond, canary, failPercentMax, canaryWait, count);
  }

  /// Whether letters may have to wait for their turn, in which case they are queued in the log.
  boolean isSlow() {
    return perSecond > 0 || canary > 0;
  }
}
