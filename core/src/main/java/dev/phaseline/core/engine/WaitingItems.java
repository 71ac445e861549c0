package dev.phaseline.core.engine;

import java.util.function.BiConsumer;

/// The items of a lane that wait for their time, and the time at which the lane as a whole may go
/// on. Owned by the lane.
final class WaitingItems {
  private final Backoffs backoffs = new Backoffs();
  private final Suspension suspension;

  WaitingItems(Suspension suspension) {
    this.suspension = suspension;
  }

  int size() {
    return backoffs.size();
  }

  /// An item waits for its next attempt.
  ///
  /// @param behind whether it has given up its place in its queue
  void add(Slot slot, long atNanos, boolean behind) {
    slot.to(ItemState.BACKING_OFF);
    backoffs.add(slot, atNanos, behind);
  }

  /// Hands over those whose time has come, each with whether it has given up its place.
  void due(long now, BiConsumer<Slot, Boolean> to) {
    backoffs.due(
        now,
        (slot, behind) -> {
          if (!slot.ledger.isClosed()) to.accept(slot, behind);
        });
  }

  /// Offers all that wait, in no order.
  void offer(Backoffs.Taker to) {
    backoffs.offer(to);
  }

  /// The partition is another owner's.
  void forget(PartitionLedger<Slot> ledger) {
    backoffs.forget(ledger);
  }

  /// Nothing starts for so long.
  void suspend(long now, long restNanos, String why) {
    suspension.suspend(now, restNanos, why);
  }

  /// Number of handlers that may run, as far as the suspension goes.
  int allowed(long now) {
    return suspension.allowed(now);
  }

  /// Reason of a suspension that is not over; empty when there is none.
  ///
  /// @param runs whether a handler runs: while it is limited to one, that is the probe
  String suspendedBecause(boolean runs) {
    var probing = suspension.isHolding() && runs;
    return suspension.isWaiting() || probing ? suspension.reason() : "";
  }

  long suspendedNanos(long now) {
    return suspension.waitNanos(now);
  }

  /// Time until something falls due.
  ///
  /// @param starts whether anything may start: the end of a suspension is no news otherwise
  long waitNanos(long now, boolean starts) {
    var wait = backoffs.waitNanos(now);
    return starts && suspension.isWaiting() ? Math.min(wait, suspension.waitNanos(now)) : wait;
  }
}
