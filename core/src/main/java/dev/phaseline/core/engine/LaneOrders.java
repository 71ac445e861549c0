package dev.phaseline.core.engine;

import org.jspecify.annotations.Nullable;

/// Operators' settings that apply to a lane: always the whole state, so that applying it twice is
/// the same as once.
///
/// @param paused whether nothing may start and nothing more is fetched
/// @param cancelled the jobs that are cancelled; null when there are none, which costs nothing
public record LaneOrders(boolean paused, @Nullable Cancelled cancelled) {

  /// Jobs whose items end without being handled. Called on the lane's thread.
  public interface Cancelled {
    /// Whether the item belongs to one of them.
    boolean has(Item item);

    /// Settlement of an item of a cancelled job.
    Settlement settlementOf(ItemHistory item);
  }

  /// Nothing was said.
  public static LaneOrders none() {
    return new LaneOrders(false, null);
  }
}
