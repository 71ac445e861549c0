package dev.phaseline.core.engine;

/// Writes the dead letter of an item: called by the lane's thread, pure.
///
/// @param <R> the record
/// @param <S> what is published
@FunctionalInterface
public interface DeadLetters<R, S> {
  /// The records that make this item a dead letter, with its history.
  Settlement<S> of(Slot<R, S> slot, Failure.Kind kind, String reason);
}
