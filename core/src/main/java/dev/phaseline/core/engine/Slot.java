package dev.phaseline.core.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One record in flight, from the moment it was fetched until the commit that completes it. Owned
/// by the lane.
public final class Slot {
  final PartitionLedger ledger;
  KeyLanes.KeyQueue queue;
  private final long offset; // the item's, which is compared often
  private final Item item;

  // links of the ledger's list of incomplete offsets
  @Nullable Slot before;
  @Nullable Slot after;

  // link of its key's queue, while it waits there
  @Nullable Slot next;

  int attempt;
  @Nullable Attempt current;
  @Nullable Settlement settlement;
  @Nullable CommitGroup group;
  long settledAtNanos;
  boolean alone; // one of a group of which the log has refused some for their size
  @Nullable Trail trail; // of those that fail

  Slot(
      PartitionLedger ledger,
      KeyLanes.KeyQueue queue,
      Item item,
      @Nullable EarlierAttempts earlier) {
    this.ledger = ledger;
    this.queue = queue;
    this.offset = item.offset();
    this.item = item;
    this.attempt = earlier == null ? 1 : earlier.nextAttempt();
    this.trail = earlier == null ? null : new Trail(earlier);
  }

  /// The record's partition.
  public int partition() {
    return ledger.partition();
  }

  /// The record's offset.
  public long offset() {
    return offset;
  }

  /// The record as its source delivered it.
  public Item item() {
    return item;
  }

  /// The attempt that runs or comes next, from 1.
  public int attempt() {
    return attempt;
  }

  /// The failed attempts in this lane so far, in order: the first and the last ones.
  public List<Failure> failures() {
    return trail == null ? List.of() : trail.failures();
  }

  /// How many failed attempts [#failures()] leaves out, after the first [Trail#FIRST_KEPT].
  public int failuresOmitted() {
    return trail == null ? 0 : trail.omitted();
  }

  /// When the item's first attempt in this phase began that counts, by the lane's clock.
  ///
  /// @param otherwise when none did
  public long firstStartNanos(long otherwise) {
    return trail == null ? otherwise : trail.firstStartNanos(otherwise);
  }

  void remember(Failure failure) {
    if (trail == null) trail = new Trail(null);
    trail.add(failure);
  }

  boolean isSettled() {
    return settlement != null;
  }

  @Override
  public String toString() {
    return partition() + "@" + offset + "#" + attempt;
  }
}
