package dev.phaseline.worker.lane;

import dev.phaseline.core.PhaseOptions;

/// In-flight limits of a lane, reduced by one portion of records: a lane can only stop fetching
/// between two portions, so it must stop one portion early to keep the phase's limits exactly.
///
/// @param forLane when the lane is full
/// @param portionItems how many records it is handed at once
/// @param portionBytes how many bytes it is handed at once, or one record if that is larger
record InFlightBounds(PhaseOptions.Limits forLane, int portionItems, long portionBytes) {
  private static final int PORTION_ITEMS_MAX = 2_000;
  private static final int PORTIONS = 4;

  static InFlightBounds of(PhaseOptions.Limits limits) {
    var items = Math.clamp(limits.inFlightItemsMax() / PORTIONS, 1, PORTION_ITEMS_MAX);
    var bytes = Math.max(1, limits.inFlightBytesMax() / PORTIONS);
    var forLane =
        new PhaseOptions.Limits(
            limits.payloadBytesMax(),
            limits.fanOutMax(),
            limits.fanOutBytesMax(),
            limits.inFlightItemsMax() - items + 1,
            limits.inFlightBytesMax() - bytes + 1);
    return new InFlightBounds(forLane, items, bytes);
  }
}
