package dev.phaseline.ops.query;

import java.util.List;

/// The values that a field takes. A value that could never match is refused, because an answer
/// without results would look like good news.
public sealed interface ValueType {
  /// Any text, also none.
  record Text() implements ValueType {}

  /// Text that is not empty.
  record Name() implements ValueType {}

  /// `NAME` or `NAME:VALUE`, of which the name is not empty.
  record Tag() implements ValueType {}

  /// A whole number from 0 on, of at most nine digits.
  record Whole() implements ValueType {}

  /// A time, or a span before now.
  record Time() implements ValueType {}

  /// Some of these words, with commas between them; one of them must fit.
  ///
  /// @param known all that there are
  record Words(List<String> known) implements ValueType {
    public Words {
      known = List.copyOf(known);
    }
  }
}
