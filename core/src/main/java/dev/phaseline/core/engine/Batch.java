package dev.phaseline.core.engine;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The content of one transaction: the settlements of some items, in the order in which they were
/// settled, and for each partition the progress that makes exactly these complete. Immutable; two
/// batches are the same when they are the same object.
public final class Batch {
  private final Item[] items;
  private final Settlement[] settlements;
  private final Map<Integer, Ledger.Committed> offsets;
  private final long bytes;

  Batch(
      Item[] items, Settlement[] settlements, Map<Integer, Ledger.Committed> offsets, long bytes) {
    this.items = items;
    this.settlements = settlements;
    this.offsets = Collections.unmodifiableMap(offsets); // in an order that is the same every time
    this.bytes = bytes;
  }

  /// Number of items that it settles; 0 when it carries progress alone.
  public int size() {
    return items.length;
  }

  /// The item at this place, from 0.
  public Item item(int place) {
    return items[place];
  }

  /// The settlement of the item at this place.
  public Settlement settlement(int place) {
    return settlements[place];
  }

  /// The settlements, in the order of the items.
  public List<Settlement> settlements() {
    return List.of(settlements);
  }

  /// The offset and metadata to commit for each partition.
  public Map<Integer, Ledger.Committed> offsets() {
    return offsets;
  }

  /// The partitions for which it commits.
  public Set<Integer> partitions() {
    return offsets.keySet();
  }

  /// Number of payload bytes that it publishes.
  public long bytes() {
    return bytes;
  }

  @Override
  public String toString() {
    return items.length + " items of partitions " + offsets.keySet();
  }
}
