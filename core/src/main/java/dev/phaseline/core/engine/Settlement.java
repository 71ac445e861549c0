package dev.phaseline.core.engine;

/// The records that are published when an item is complete in its phase: encoded and size-checked,
/// so that publishing can't fail because of them. Whoever performs for a lane has a class of its
/// own for it, which carries the records; the engine counts them and hands them to the sink.
///
/// Immutable: a handler's thread makes it, the lane's thread publishes it.
public interface Settlement {
  /// Number of records.
  int records();

  /// Number of their bytes.
  long bytes();

  /// Whether they are a dead letter: the item has ended, but nothing has succeeded.
  boolean dead();
}
