package dev.phaseline.ops.audit;

import dev.phaseline.ops.audit.BooksReport.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Counts all problems and words the first of them. For one thread.
final class Problems {
  private static final int WORDED_MAX = 20;

  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
  private final List<String> words = new ArrayList<>();

  /// @param text made only for the first problems, because it may have to ask the cluster
  void add(Kind kind, Supplier<String> text) {
    counts.merge(kind, 1L, Long::sum);
    if (words.size() < WORDED_MAX) words.add(text.get());
  }

  Map<Kind, Long> counts() {
    return counts;
  }

  List<String> words() {
    return words;
  }
}
