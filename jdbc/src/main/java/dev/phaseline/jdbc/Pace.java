package dev.phaseline.jdbc;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Recent duration of a phase's handlers, smoothed, and the size of groups that get through: where
/// items are in each other's way, a group holds more locks for longer, and two of them deadlock.
/// Thread-safe: a lost update does no harm.
final class Pace {
  private static final double WEIGHT = 0.1;

  /// One run that is so many times slower (the first one, which loads classes) counts as this.
  private static final double OUTLIER = 10;

  /// Taken for granted while nothing is known: a guess that is too low costs the first groups only.
  private static final double FIRST_GUESS_NANOS = 500_000;

  private static final int SMALLER = 4;
  private static final double LARGER = 1.1;
  private static final int SIZE_FIRST = 1_000;

  private final LongSupplier nanos;
  private volatile double sizeMax = SIZE_FIRST;
  private volatile double meanNanos = FIRST_GUESS_NANOS;

  Pace(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// Notes that a group of this size has broken: the next ones are a quarter of it.
  void broke(int size) {
    sizeMax = Math.max(1, size / SMALLER);
  }

  /// Notes that a group of this size got through: the next one may be a bit larger.
  void gotThrough(int size) {
    if (size >= sizeMax) sizeMax = size * LARGER + 1;
  }

  /// The result of one run, whose duration is noted.
  <T> T measured(Supplier<T> run) {
    var began = nanos.getAsLong();
    try {
      return run.get();
    } finally {
      ran(nanos.getAsLong() - began);
    }
  }

  private void ran(long nanos) {
    var before = meanNanos;
    meanNanos = before + WEIGHT * (Math.min((double) nanos, OUTLIER * before) - before);
  }

  /// Number of runs that fit into a time and a group, at least 1.
  int fitInto(long nanos) {
    var mean = meanNanos;
    return (int) Math.clamp(nanos / Math.max(1, mean), 1, sizeMax);
  }
}
