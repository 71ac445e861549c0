package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Settlement;
import org.jspecify.annotations.Nullable;

/// An item's settlement in the simulation: some output records, published all or none.
///
/// @param item what it settles
/// @param run which run made it; null for what the engine made: a dead letter, a timer, the end of
///   a cancelled item
/// @param records how many output records there are
/// @param bytes how many bytes they have
/// @param effectKey what an outside system would be given as idempotency key
/// @param end how the item has ended
record Made(
    SimItem item, Tenure.@Nullable Run run, int records, long bytes, String effectKey, End end)
    implements Settlement {

  /// The end of an item in its phase.
  enum End {
    /// A handler has made its output.
    HANDLED,
    /// A dead letter.
    DEAD,
    /// A timer brings it back.
    DEFERRED,
    /// Its job was cancelled.
    CANCELLED
  }

  /// Output of a handler.
  static Made by(Tenure.Run run, int records, long bytes, String effectKey) {
    return new Made(run.item(), run, records, bytes, effectKey, End.HANDLED);
  }

  /// Output of the engine, as large as the item itself.
  static Made of(SimItem item, End end) {
    return new Made(item, null, 1, item.bytes(), item.toString(), end);
  }

  /// The end of a cancelled item: as good as nothing, headers without the payload.
  static Made cancelled(SimItem item) {
    return new Made(item, null, 1, 1, item.toString(), End.CANCELLED);
  }

  @Override
  public boolean dead() {
    return end == End.DEAD;
  }

  /// Whether it is the end of an item whose job was cancelled.
  boolean cancelled() {
    return end == End.CANCELLED;
  }
}
