package dev.phaseline.ops.query;

import java.util.Locale;
import java.util.Set;

/// A field that a query can name: an enum's constant, so that whoever compares fields has them all.
/// Immutable.
public interface QueryField {
  /// The constant's name.
  String name();

  /// The name that is typed: the constant's in lower case.
  default String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The kind of values that it takes.
  ValueType type();

  /// The signs that it takes.
  Set<Comparison> comparisons();

  /// Whether a query may name it once only.
  boolean isOnce();

  /// A line of help: the meaning, without the name and the signs.
  String help();
}
