package dev.phaseline.core;

import java.util.List;
import java.util.Optional;

/// The failure for which an item is about to become a dead letter, as its [FailureHandler] gets it.
/// Phase and attempt are those of the context beside it. Immutable.
///
/// @param <I> what the phase receives
/// @param kind the class of the cause: no attempt left, decided by the handler, out of time, ...
/// @param reason the reason that the dead letter would have, in words
/// @param payload as the phase's codec reads it; empty when it can't, or there is none
/// @param history the failed attempts in this phase, in order: of many, the first and the last ones
/// @param reroutes how often a failure handler has sent this item to a phase before, in all phases
///   together; at [#REROUTES_MAX] it can't do so again
public record ItemFailure<I>(
    DeadKind kind, String reason, Optional<I> payload, List<FailedAttempt> history, int reroutes) {

  /// The most times that failure handlers may send one item to a phase: without a bound, two phases
  /// could pass an item to each other for ever.
  public static final int REROUTES_MAX = 100;

  public ItemFailure {
    history = List.copyOf(history);
  }

  /// The last failed attempt. Empty when no attempt failed: the handler gave the item up, say, or
  /// the payload can't be decoded.
  public Optional<FailedAttempt> last() {
    return history.isEmpty() ? Optional.empty() : Optional.of(history.getLast());
  }
}
