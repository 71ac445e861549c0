package dev.phaseline.bench;

import java.util.Arrays;

/// Exact percentiles of a set of measurements, by the nearest rank: what is reported was measured.
final class Percentiles {
  private final long[] sorted;

  Percentiles(long[] values) {
    sorted = values.clone();
    Arrays.sort(sorted);
  }

  /// The least value that at least `percent` of all values don't exceed.
  ///
  /// @throws IllegalStateException when there are no values
  long at(double percent) {
    if (sorted.length == 0) throw new IllegalStateException("no values to take percentiles of");
    // 99.9 has no exact double: without the slack, its rank among 1,000 would be the last
    var rank = (int) Math.ceil(percent * sorted.length / 100 - 1e-6);
    return sorted[Math.clamp(rank - 1L, 0, sorted.length - 1)];
  }

  int count() {
    return sorted.length;
  }
}
