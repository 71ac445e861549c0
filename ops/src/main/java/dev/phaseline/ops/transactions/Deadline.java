package dev.phaseline.ops.transactions;

import java.time.Duration;

/// The end of the time for a series of questions. For one series; immutable.
///
/// @param atNs on the clock of [System#nanoTime]
record Deadline(long atNs) {
  static Deadline in(Duration most) {
    return new Deadline(System.nanoTime() + most.toNanos());
  }

  /// The deadline of the next question: half of the time that is left, so that one broker that is
  /// silent leaves time for the questions behind.
  Deadline half() {
    var now = System.nanoTime();
    return new Deadline(now + Math.max(0, atNs - now) / 2);
  }

  /// The time that is left, at least a millisecond: an answer that is there already is read.
  Duration left() {
    return Duration.ofMillis(leftMs());
  }

  int leftMs() {
    return Math.clamp((atNs - System.nanoTime()) / 1_000_000, 1, Integer.MAX_VALUE);
  }
}
