package dev.phaseline.core.engine;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/// A log of one partition, number 0, which the lane gets at its first poll and may pause. Every
/// transaction happens, so that no fate is ever read back. For one thread.
abstract class OnePartitionLog implements Source, Sink, Ledger {
  private final Committed begin;
  private boolean assigned;
  private boolean paused;

  /// @param begin what is committed when the lane gets the partition
  OnePartitionLog(Committed begin) {
    this.begin = begin;
  }

  /// The records of a poll once the partition is there.
  abstract void deliver(long maxWaitNanos, Listener listener);

  final boolean isPaused() {
    return paused;
  }

  @Override
  public final void poll(long maxWaitNanos, Listener listener) {
    if (!assigned) {
      assigned = true;
      listener.assigned(Map.of(0, begin));
    }
    deliver(maxWaitNanos, listener);
  }

  @Override
  public final void pause(Collection<Integer> partitions) {
    paused = true;
  }

  @Override
  public final void resume(Collection<Integer> partitions) {
    paused = false;
  }

  @Override
  public final boolean recover(Batch batch) {
    throw new AssertionError("every fate is known");
  }

  @Override
  public final Optional<Map<Integer, Committed>> committed(Collection<Integer> partitions) {
    throw new AssertionError("every fate is known");
  }
}
