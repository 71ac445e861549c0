package dev.phaseline.core.engine;

import java.time.Duration;

/// Durations on a clock that counts nanoseconds and wraps.
final class Nanos {
  /// A century. Longer waits are cut to it: the clock's differences hold less than three.
  private static final Duration MOST = Duration.ofDays(36_500);

  private Nanos() {}

  static long of(Duration duration) {
    return duration.compareTo(MOST) < 0 ? duration.toNanos() : MOST.toNanos();
  }
}
