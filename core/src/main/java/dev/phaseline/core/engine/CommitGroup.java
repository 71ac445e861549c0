package dev.phaseline.core.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Content of one transaction: the settlements of these items, in this order, and for each
/// partition the offset and metadata that make exactly them complete. Owned by the lane; a log
/// reads it while it publishes.
public final class CommitGroup {
  private final List<Slot> slots = new ArrayList<>();
  private final Map<PartitionLedger, Progress> progress = new LinkedHashMap<>();
  private long bytes;

  CommitGroup() {}

  /// The items, in the order in which they were settled.
  public List<Slot> slots() {
    return slots;
  }

  /// Settlement of an item of this group.
  public Settlement settlementOf(Slot slot) {
    var settlement = slot.settlement;
    if (settlement == null) throw new IllegalStateException("not settled: " + slot);
    return settlement;
  }

  /// The committed offset and metadata for each partition.
  public Map<Integer, LaneLog.Committed> offsets() {
    var offsets = new HashMap<Integer, LaneLog.Committed>();
    progress.forEach(
        (ledger, proposed) ->
            offsets.put(
                ledger.partition(),
                new LaneLog.Committed(proposed.frontier(), proposed.encode(), proposed.topic())));
    return offsets;
  }

  /// How many payload bytes it publishes.
  public long bytes() {
    return bytes;
  }

  /// Whether there is nothing to say.
  public boolean isEmpty() {
    return slots.isEmpty() && progress.isEmpty();
  }

  void add(Slot slot) {
    slots.add(slot);
    slot.group = this;
    bytes += settlementOf(slot).bytes();
  }

  boolean contains(Slot slot) {
    return slot.group == this;
  }

  /// The offset after the last of this partition's items.
  long endOf(PartitionLedger ledger) {
    var end = 0L;
    for (var slot : slots) {
      if (slot.ledger == ledger && slot.offset() >= end) end = slot.offset() + 1;
    }
    return end;
  }

  /// Leaves out this partition's items from an offset on: their completion would not fit.
  void holdFrom(PartitionLedger ledger, long end) {
    slots.removeIf(
        slot -> {
          var held = slot.ledger == ledger && slot.offset() >= end;
          if (held) slot.group = null;
          return held;
        });
  }

  void put(PartitionLedger ledger, Progress proposed) {
    progress.put(ledger, proposed);
  }

  Map<PartitionLedger, Progress> progress() {
    return progress;
  }
}
