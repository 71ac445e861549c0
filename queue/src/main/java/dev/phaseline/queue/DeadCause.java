package dev.phaseline.queue;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.engine.FailureText;
import dev.phaseline.core.engine.Thrown;
import org.jspecify.annotations.Nullable;

/// Cause of an item's end as a dead letter. Immutable.
///
/// @param kind the same kinds as for the items of pipelines
/// @param reason in words, for an operator
/// @param failure what was thrown last; null when nothing was
@SuppressWarnings("exports") // the engine makes the failure, and dead-letter stores of ours read it
public record DeadCause(DeadKind kind, String reason, @Nullable FailureText failure) {
  /// A consumer's own decision.
  ///
  /// @param reason in words, for an operator
  public static DeadCause rejected(String reason) {
    return new DeadCause(DeadKind.REJECTED, reason, null);
  }

  /// A failure of code that is not ours.
  ///
  /// @param what what failed, for an operator; the failure's own words are added
  public static DeadCause of(DeadKind kind, String what, Thrown thrown) {
    return new DeadCause(kind, what + ": " + thrown.inWords(), thrown.said());
  }
}
