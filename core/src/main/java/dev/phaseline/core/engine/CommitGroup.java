package dev.phaseline.core.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The items that one transaction completes, and the progress that says so for each partition: the
/// lane's side of a [Batch]. Owned by the lane.
final class CommitGroup {
  private final List<Slot> slots = new ArrayList<>();
  private final Map<PartitionLedger<Slot>, Progress> progress = new LinkedHashMap<>();
  private @Nullable Batch batch;
  private long bytes;

  /// The items, in the order in which they were settled.
  List<Slot> slots() {
    return slots;
  }

  /// The batch to publish, made at the first call: nothing is added or left out afterwards.
  Batch batch() {
    var made = batch;
    if (made == null) {
      made = made();
      batch = made;
    }
    return made;
  }

  private Batch made() {
    var items = new Item[slots.size()];
    var settlements = new Settlement[slots.size()];
    for (var place = 0; place < items.length; place++) {
      var slot = slots.get(place);
      items[place] = slot.item();
      settlements[place] = slot.settlement();
    }
    return new Batch(items, settlements, offsets(), bytes);
  }

  private Map<Integer, Ledger.Committed> offsets() {
    var offsets = new HashMap<Integer, Ledger.Committed>();
    progress.forEach(
        (ledger, proposed) ->
            offsets.put(
                ledger.partition(),
                new Ledger.Committed(proposed.frontier(), proposed.encode(), proposed.topic())));
    return offsets;
  }

  /// Number of payload bytes that it publishes.
  long bytes() {
    return bytes;
  }

  /// Whether there is nothing to say.
  boolean isEmpty() {
    return slots.isEmpty() && progress.isEmpty();
  }

  void add(Slot slot) {
    slots.add(slot);
    slot.to(ItemState.PUBLISHING);
    bytes += slot.settlement().bytes();
  }

  /// The offset after the last of this partition's items.
  long endOf(PartitionLedger<Slot> ledger) {
    var end = 0L;
    for (var slot : slots) {
      if (slot.ledger == ledger && slot.offset() >= end) end = slot.offset() + 1;
    }
    return end;
  }

  /// Leaves out this partition's items from an offset on: their completion would not fit.
  void holdFrom(PartitionLedger<Slot> ledger, long end) {
    slots.removeIf(
        slot -> {
          var held = slot.ledger == ledger && slot.offset() >= end;
          if (held) slot.to(ItemState.TOO_FAR);
          return held;
        });
  }

  void put(PartitionLedger<Slot> ledger, Progress proposed) {
    progress.put(ledger, proposed);
  }

  Map<PartitionLedger<Slot>, Progress> progress() {
    return progress;
  }
}
