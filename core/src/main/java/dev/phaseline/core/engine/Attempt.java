package dev.phaseline.core.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One run of a handler for one item: the only thing that the lane and a handler's thread share.
/// Thread-safe.
///
/// An attempt is either started or taken back before it started, never both; and a started attempt
/// either ends or is given up, never both: whoever comes first decides. One that is given up is
/// told so and its result no longer counts.
///
/// @param <R> the record
/// @param <S> what is published
public final class Attempt<R, S> {
  private static final int NEW = 0;
  private static final int STARTED = 1;
  private static final int WITHDRAWN = 2;
  private static final int ENDED = 3;
  private static final int GIVEN_UP = 4;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Attempt.class, "state", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final Slot<R, S> slot;
  private final int number;
  private volatile int state; // changed through STATE alone
  private volatile long signNanos;
  private long startNanos; // written before the state, read after it
  private volatile boolean hasDeadline;
  private long deadlineNanos; // written before the flag, read after it
  private volatile boolean abandoned;
  private volatile boolean cancelled;

  // links of Running; the lane's
  @Nullable Attempt<R, S> runsAfter;
  @Nullable Attempt<R, S> runsBefore;
  boolean listed;

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
    startNanos = nowNanos;
    return STATE.compareAndSet(this, NEW, STARTED);
  }

  /// Called by the handler's thread when it has a result, before it reports it and before anything
  /// else of the chain starts. Otherwise the lane could give up an attempt whose successor in the
  /// chain runs already, and their order would be lost.
  ///
  /// @return whether the result counts; false when the lane has given the attempt up
  public boolean tryEnd() {
    return STATE.compareAndSet(this, STARTED, ENDED);
  }

  /// A sign of life: the timeout starts again from here.
  public void heartbeat(long nowNanos) {
    signNanos = nowNanos;
  }

  /// Called by the handler's thread, which reads the item: no attempt may begin later than this
  /// after now.
  public void mustBeginWithin(Duration left, long nowNanos) {
    deadlineNanos = nowNanos + Nanos.of(left);
    hasDeadline = true;
  }

  /// Whether an attempt that begins then comes after the item's deadline.
  boolean isOverBy(long nanos) {
    return hasDeadline && nanos - deadlineNanos > 0;
  }

  long startNanos() {
    return startNanos;
  }

  /// Whether the result no longer counts.
  public boolean abandoned() {
    return abandoned;
  }

  /// Whether it was given up for want of a sign of life, which is one way to be abandoned.
  public boolean timedOut() {
    return state == GIVEN_UP;
  }

  /// Called by the lane: takes the attempt back if it has not started.
  boolean tryWithdraw() {
    return STATE.compareAndSet(this, NEW, WITHDRAWN);
  }

  /// Called by the lane: gives a started attempt up, unless its result is on its way.
  boolean tryGiveUp() {
    if (!STATE.compareAndSet(this, STARTED, GIVEN_UP)) return false;
    abandoned = true;
    return true;
  }

  boolean started() {
    return state == STARTED;
  }

  long signNanos() {
    return signNanos;
  }

  /// Whether the item's job is cancelled: whatever comes of the attempt, the item ends so.
  public boolean cancelled() {
    return cancelled;
  }

  /// Called by the lane.
  void cancel() {
    cancelled = true;
  }

  /// Called by the lane: whatever comes of it, nobody wants it any more.
  void abandon() {
    abandoned = true;
  }

  @Override
  public String toString() {
    return slot + (abandoned ? " abandoned" : "");
  }
}
