package dev.phaseline.core.engine;

import org.jspecify.annotations.Nullable;

/// What operators have said that concerns a lane: the whole of it, so that obeying it twice is
/// obeying it once.
///
/// @param paused whether nothing may start and nothing more is fetched
/// @param cancelled the jobs that are cancelled; null when there are none, which costs nothing
public record LaneOrders(boolean paused, @Nullable Cancelled cancelled) {

  /// Jobs whose items end without being handled. Called on the lane's thread.
  public interface Cancelled {
    /// Whether the item belongs to one of them.
    boolean has(Item item);

    /// What is published for an item of one.
    Settlement settlementOf(Slot slot);
  }

  /// Nothing was said.
  public static LaneOrders none() {
    return new LaneOrders(false, null);
  }
}
