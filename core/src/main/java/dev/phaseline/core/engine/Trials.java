package dev.phaseline.core.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Trial runs of the poison-pill quarantine, for a lane's quarantined partitions: what must not
/// start now is set aside, and taken up again when the trial that it belongs to is committed. Owned
/// by the lane.
final class Trials {
  private final KeyLanes keys;
  private final Set<PartitionLedger<Slot>> active = new LinkedHashSet<>();

  Trials(KeyLanes keys) {
    this.keys = keys;
  }

  /// Number of a chain's items that may start now, from its first on. A key's items may come from
  /// several partitions, so one in the middle may have to wait where those before it need not.
  int admitted(List<Slot> chain) {
    for (var i = 0; i < chain.size(); i++) {
      var slot = chain.get(i);
      if (slot.ledger.quarantine().holds(slot.offset())) return i;
    }
    return chain.size();
  }

  /// The first of a queue waits for its trial, and the rest of the queue behind it. Called before
  /// it is given back.
  void setAside(Slot head) {
    keys.setAside(head.queue);
    head.ledger.quarantine().await(head);
    active.add(head.ledger);
  }

  /// Lets those go whose trial is committed by now.
  void open() {
    for (var ledger : active) {
      for (var slot = ledger.quarantine().release();
          slot != null;
          slot = ledger.quarantine().release()) {
        keys.takeUp(slot.queue);
      }
    }
  }

  /// Ends the trials of which nothing runs and nothing is left to start, and prepares the next.
  void next() {
    if (active.isEmpty()) return;
    for (var ledger : active) {
      ledger.quarantine().close();
      ledger.quarantine().propose();
    }
    active.removeIf(ledger -> ledger.quarantine().isIdle());
  }

  /// Nothing starts for a while: a trial of which nothing runs is called off, so that a death in
  /// the meantime is not taken for its own and nobody waits at the gate for it.
  void callOff() {
    for (var ledger : active) ledger.quarantine().callOff();
  }

  /// New look at items that wait: some may not have to run at all any more.
  void reconsider() {
    for (var ledger : active) takeUpAll(ledger);
  }

  private void takeUpAll(PartitionLedger<Slot> ledger) {
    var all = new ArrayList<Slot>();
    ledger.quarantine().waiting().forEach(all::add);
    ledger.quarantine().nothingWaits();
    all.sort(java.util.Comparator.comparingLong(Slot::offset));
    for (var slot : all) keys.takeUp(slot.queue);
  }

  /// The partition has another owner.
  void forget(PartitionLedger<Slot> ledger) {
    for (var slot : ledger.quarantine().waiting()) slot.queue.aside = false;
    ledger.quarantine().nothingWaits();
    ledger.quarantine().leave();
    active.remove(ledger);
  }

  /// Whether something waits for its turn at the gate of the process.
  boolean waitForTheGate() {
    for (var ledger : active) if (ledger.quarantine().waitsForTheGate()) return true;
    return false;
  }
}
