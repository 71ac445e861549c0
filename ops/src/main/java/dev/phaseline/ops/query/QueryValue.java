package dev.phaseline.ops.query;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;

/// A value as it was read. Immutable.
public sealed interface QueryValue {
  /// Text.
  ///
  /// @param text without quotes
  record Text(String text) implements QueryValue {}

  /// A number.
  record Whole(int number) implements QueryValue {}

  /// A time.
  ///
  /// @param at absolute, also where a span was typed
  record Time(Instant at) implements QueryValue {}

  /// Alternatives.
  ///
  /// @param words at least one
  record Words(Set<String> words) implements QueryValue {
    public Words {
      words = java.util.Collections.unmodifiableSet(new LinkedHashSet<>(words));
    }
  }
}
