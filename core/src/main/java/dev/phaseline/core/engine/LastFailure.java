package dev.phaseline.core.engine;

import dev.phaseline.core.DeadKind;

/// The failure after which an item becomes a dead letter, unless its phase's failure handler
/// decides otherwise. Immutable.
///
/// @param kind of the dead letter that it would be
/// @param reason of that letter, with the words of the attempt that failed last
/// @param isCounted whether an attempt that the retry policy counts is the cause: the lane may find
///   out later that it was an outage's
public record LastFailure(DeadKind kind, String reason, boolean isCounted) {

  /// The reason of the letter when the failure handler failed, too: both errors.
  ///
  /// @param words what the handler did, as the end of "its failure handler ..."
  public String butItsHandler(String words) {
    return reason + "; its failure handler " + words;
  }
}
