package dev.phaseline.ops.dead;

import org.jspecify.annotations.Nullable;

/// Letter with its state.
///
/// @param letter as it stands in the log
/// @param state as its actions say
public record LetterEntry(Letter letter, LetterState state) {

  /// The payload that a redrive sends: the edited one, if there is one.
  public byte @Nullable [] payload() {
    var edit = state.edit();
    return edit == null ? letter.value() : edit.value();
  }
}
