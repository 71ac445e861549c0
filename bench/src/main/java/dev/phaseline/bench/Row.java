package dev.phaseline.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One line of a table, filled round by round. Not thread-safe.
final class Row {
  private final String name;
  private final int items;
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  /// @param name who or what
  /// @param items how many in a round; 0 where that means nothing
  Row(String name, int items) {
    this.name = name;
    this.items = items;
  }

  void add(String figure, double value) {
    figures.computeIfAbsent(figure, _ -> new ArrayList<>()).add(value);
  }

  void addProblems(int round, Collection<String> found) {
    found.forEach(problem -> problems.add("round " + (round + 1) + ": " + problem));
  }

  String name() {
    return name;
  }

  int items() {
    return items;
  }

  Map<String, Spread> figures() {
    var out = new LinkedHashMap<String, Spread>();
    figures.forEach((figure, values) -> out.put(figure, new Spread(values)));
    return out;
  }

  /// The median of a figure; NaN when no round brought one.
  double median(String figure) {
    return new Spread(figures.getOrDefault(figure, List.of())).median();
  }

  /// A figure of the last round, for the progress.
  String lastOf(String figure) {
    var values = figures.getOrDefault(figure, List.of());
    if (values.isEmpty()) return "no " + figure;
    return String.format(Locale.ROOT, "%s %.1f", figure, values.getLast());
  }

  List<String> problems() {
    return List.copyOf(problems);
  }
}
