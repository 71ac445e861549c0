package dev.phaseline.bench;

import java.util.List;

/// One figure over all rounds: never a single number where a machine's mood is in it.
///
/// @param values one for each round, in the order of the rounds
record Spread(List<Double> values) {
  Spread {
    values = List.copyOf(values);
  }

  /// The middle value; of an even number, the mean of the two in the middle. NaN of none.
  double median() {
    if (values.isEmpty()) return Double.NaN;
    var sorted = values.stream().sorted().toList();
    var middle = sorted.size() / 2;
    if (sorted.size() % 2 == 1) return sorted.get(middle);
    return (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  double min() {
    return values.stream().mapToDouble(v -> v).min().orElse(Double.NaN);
  }

  double max() {
    return values.stream().mapToDouble(v -> v).max().orElse(Double.NaN);
  }
}
