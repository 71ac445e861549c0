package dev.phaseline.ops.dead;

import java.util.List;

/// The letters to which something was not done.
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
