package dev.phaseline.core.engine;

import java.util.concurrent.atomic.AtomicInteger;

/// One run of a handler for one item: the only thing that the lane and a handler's thread share.
/// Thread-safe.
///
/// An attempt is either started or given up before it started, never both: whoever comes first
/// decides. A started attempt that is given up is told so and its result no longer counts.
///
/// @param <R> the record
/// @param <S> what is published
public final class Attempt<R, S> {
  private static final int NEW = 0;
  private static final int STARTED = 1;
  private static final int WITHDRAWN = 2;

  private final Slot<R, S> slot;
  private final int number;
  private final AtomicInteger state = new AtomicInteger(NEW);
  private volatile long signNanos;
  private volatile boolean abandoned;

  Attempt(Slot<R, S> slot, int number) {
    this.slot = slot;
    this.number = number;
  }

  /// The item. Its record, partition and offset may be read from any thread, the rest is the
  /// lane's.
  public Slot<R, S> slot() {
    return slot;
  }

  /// The attempt's number, from 1.
  public int number() {
    return number;
  }

  /// Called by the handler's thread before anything else.
  ///
  /// @return whether to go on; false when the lane took the attempt back
  public boolean tryStart(long nowNanos) {
    signNanos = nowNanos;
    return state.compareAndSet(NEW, STARTED);
  }

  /// A sign of life: the timeout starts again from here.
  public void heartbeat(long nowNanos) {
    signNanos = nowNanos;
  }

  /// Whether the result no longer counts.
  public boolean abandoned() {
    return abandoned;
  }

  /// Called by the lane: takes the attempt back if it has not started.
  boolean tryWithdraw() {
    return state.compareAndSet(NEW, WITHDRAWN);
  }

  boolean started() {
    return state.get() == STARTED;
  }

  long signNanos() {
    return signNanos;
  }

  void abandon() {
    abandoned = true;
  }

  @Override
  public String toString() {
    return slot + (abandoned ? " abandoned" : "");
  }
}
