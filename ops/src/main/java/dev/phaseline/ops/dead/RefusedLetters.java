package dev.phaseline.ops.dead;

import java.util.List;

/// Letters that an operation did not change: their number, and the first of them.
///
/// @param count how many
/// @param first the first twenty of them
public record RefusedLetters(long count, List<RefusedLetter> first) {
  static final int FIRST_MAX = 20;
  static final RefusedLetters NONE = new RefusedLetters(0, List.of());

  public RefusedLetters {
    first = List.copyOf(first);
  }
}
