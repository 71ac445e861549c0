package dev.phaseline.core.engine;

import dev.phaseline.core.Ordering;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The items of a lane that may start, or will when their key or their trial lets them, in the
/// order in which they may. Owned by the lane.
///
/// An item that is not here runs, waits for its time, or is settled; it comes back by
/// [#giveBack(List)], and what [#next(int, boolean)] has taken out of its queue keeps that queue
/// from starting more until [#ended(Slot)].
final class ReadyItems {
  private final KeyLanes keys;
  private final Trials trials;

  ReadyItems(Ordering ordering) {
    this.keys = new KeyLanes(ordering);
    this.trials = new Trials(keys);
  }

  /// A record that was just fetched, behind all that its queue has.
  Slot add(PartitionLedger<Slot> ledger, Item item, @Nullable EarlierAttempts earlier) {
    var queue = keys.queueFor(item.partition(), item.key());
    var slot = new Slot(ledger, queue, item, earlier);
    ledger.append(slot);
    keys.add(slot);
    return slot;
  }

  /// Whether something may start but for a trial.
  boolean isAny() {
    return keys.hasReady();
  }

  /// The next chain to be handed out, at most `max` items.
  ///
  /// @param run whether it may go on with the items of other keys
  List<Slot> next(int max, boolean run) {
    return keys.next(max, run);
  }

  /// Number of a chain's items that may start now, from its first on; the others wait for a trial.
  int admitted(List<Slot> chain) {
    return trials.admitted(chain);
  }

  /// Puts aside what must not start before its trial. Called before it is given back.
  void setAside(Slot head) {
    trials.setAside(head);
  }

  /// Puts items that were taken out back at the head of their queue, in order.
  void giveBack(List<Slot> chain) {
    for (var slot : chain.reversed()) {
      if (slot.state() == ItemState.ENDED) slot.to(ItemState.READY);
      keys.giveBack(slot);
      keys.ended(slot.queue);
    }
  }

  /// An item is through, or has given up its place: its queue goes on.
  void ended(Slot slot) {
    keys.ended(slot.queue);
  }

  /// An item waits for its time at the head of its queue, which is held back until [#due].
  void holdBack(Slot slot) {
    keys.holdBack(slot);
  }

  /// The time has come that an item has waited for.
  ///
  /// @param behind whether it has given up its place in its queue
  void due(Slot slot, boolean behind) {
    slot.to(ItemState.READY);
    if (behind) keys.rejoin(slot);
    else keys.unblock(slot.queue);
  }

  /// Lets those go whose trial is committed by now.
  void openTrials() {
    trials.open();
  }

  /// Goes on to the next trials, when nothing else is left to start.
  void nextTrials() {
    if (!keys.hasReady()) trials.next();
  }

  /// Nothing starts for a while, and no trial is begun.
  void callOffTrials() {
    trials.callOff();
  }

  /// New look at items that are put aside: they may not have to run at all any more.
  void reconsiderTrials() {
    trials.reconsider();
  }

  /// Whether something waits for its turn at the gate of the process.
  boolean waitForTheGate() {
    return trials.waitForTheGate();
  }

  /// The partition is another owner's. Keys that have items in partitions that stay go on with
  /// those.
  void forget(PartitionLedger<Slot> ledger, Collection<Slot.KeyQueue> queues) {
    trials.forget(ledger);
    keys.drop(queues, slot -> slot.ledger == ledger);
  }

  /// Queues that have items of a partition.
  static Collection<Slot.KeyQueue> queuesOf(PartitionLedger<Slot> ledger) {
    var queues = new LinkedHashSet<Slot.KeyQueue>();
    for (var slot = ledger.firstIncomplete(); slot != null; slot = slot.after) {
      queues.add(slot.queue);
    }
    return queues;
  }
}
