package dev.phaseline.core.run;

import dev.phaseline.core.DeadKind;

/// The cause of a dead letter as its headers have it. Immutable.
///
/// @param kind the class of the cause
/// @param reason the cause in words
public record LetterCause(DeadKind kind, String reason) {

  /// The same of an item that was being compensated: such letters have a kind of their own, because
  /// they call for other work than those of items that went forward.
  public LetterCause ofCompensation() {
    return new LetterCause(DeadKind.COMPENSATION, kind.text() + ": " + reason);
  }
}
