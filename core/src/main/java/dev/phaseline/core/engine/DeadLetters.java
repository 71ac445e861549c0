package dev.phaseline.core.engine;

/// Writes the dead letter of an item: called by the lane's thread, pure.
@FunctionalInterface
public interface DeadLetters {
  /// The records that make this item a dead letter, with its history.
  Settlement of(ItemHistory item, Failure.Kind kind, String reason);
}
