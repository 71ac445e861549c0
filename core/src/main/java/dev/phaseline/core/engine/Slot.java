package dev.phaseline.core.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One record in flight, from the moment it was fetched until the commit that completes it. Owned
/// by the lane.
///
/// @param <R> the record, opaque to the engine
/// @param <S> what is published for it, opaque to the engine
public final class Slot<R, S> {
  /// How many failures are remembered word for word; the rest is counted.
  static final int FAILURES_KEPT_MAX = 10;

  final PartitionLedger<R, S> ledger;
  final KeyLanes.KeyQueue<R, S> queue;
  private final long offset;
  private final R record;
  private final int bytes;

  // links of the ledger's list of incomplete offsets
  @Nullable Slot<R, S> before;
  @Nullable Slot<R, S> after;

  int attempt;
  @Nullable Attempt<R, S> current;
  @Nullable Settlement<S> settlement;
  @Nullable CommitGroup<R, S> group;
  long settledAtNanos;
  private final List<Failure> failures = new ArrayList<>(0);

  Slot(
      PartitionLedger<R, S> ledger,
      KeyLanes.KeyQueue<R, S> queue,
      long offset,
      R record,
      int bytes,
      int firstAttempt) {
    this.ledger = ledger;
    this.queue = queue;
    this.offset = offset;
    this.record = record;
    this.bytes = bytes;
    this.attempt = firstAttempt;
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

  /// The failed attempts so far, the last [#FAILURES_KEPT_MAX] of them.
  public List<Failure> failures() {
    return List.copyOf(failures);
  }

  void remember(Failure failure) {
    if (failures.size() == FAILURES_KEPT_MAX) failures.removeFirst();
    failures.add(failure);
  }

  boolean isSettled() {
    return settlement != null;
  }

  @Override
  public String toString() {
    return partition() + "@" + offset + "#" + attempt;
  }
}
