package dev.phaseline.core.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One record in flight, from the moment it was fetched until the commit that completes it. Owned
/// by the lane.
///
/// @param <R> the record, opaque to the engine
/// @param <S> what is published for it, opaque to the engine
public final class Slot<R, S> {
  final PartitionLedger<R, S> ledger;
  KeyLanes.KeyQueue<R, S> queue;
  private final long offset;
  private final R record;
  private final int bytes;

  // links of the ledger's list of incomplete offsets
  @Nullable Slot<R, S> before;
  @Nullable Slot<R, S> after;

  // link of its key's queue, while it waits there
  @Nullable Slot<R, S> next;

  int attempt;
  @Nullable Attempt<R, S> current;
  @Nullable Settlement<S> settlement;
  @Nullable CommitGroup<R, S> group;
  long settledAtNanos;
  boolean alone; // one of a group of which the log has refused some for their size
  @Nullable Trail trail; // of those that fail

  Slot(
      PartitionLedger<R, S> ledger,
      KeyLanes.KeyQueue<R, S> queue,
      long offset,
      R record,
      int bytes,
      LaneLog.@Nullable Past past) {
    this.ledger = ledger;
    this.queue = queue;
    this.offset = offset;
    this.record = record;
    this.bytes = bytes;
    this.attempt = past == null ? 1 : past.nextAttempt();
    this.trail = past == null ? null : new Trail(past);
  }

  /// The record's partition.
  public int partition() {
    return ledger.partition();
  }

  /// The record's offset.
  public long offset() {
    return offset;
  }

  /// The record.
  public R record() {
    return record;
  }

  /// How many bytes it holds, as the log counted them.
  public int bytes() {
    return bytes;
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
