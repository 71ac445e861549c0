package dev.phaseline.core.engine;

/// What is published when an item is complete in its phase.
///
/// @param <S> the records, opaque to the engine
/// @param output the records, encoded and size-checked: publishing can't fail because of them
/// @param records how many there are
/// @param bytes how many bytes they have
/// @param dead whether they are a dead letter: the item has ended, but nothing has succeeded
public record Settlement<S>(S output, int records, long bytes, boolean dead) {

  /// What a handler made.
  public Settlement(S output, int records, long bytes) {
    this(output, records, bytes, false);
  }
}
