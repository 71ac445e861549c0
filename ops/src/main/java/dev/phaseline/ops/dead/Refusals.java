package dev.phaseline.ops.dead;

import java.util.List;

/// The letters to which something was not done.
///
/// @param count how many
/// @param first the first twenty of them
public record Refusals(long count, List<Refusal> first) {
  static final int FIRST_MAX = 20;
  static final Refusals NONE = new Refusals(0, List.of());

  public Refusals {
    first = List.copyOf(first);
  }
}
