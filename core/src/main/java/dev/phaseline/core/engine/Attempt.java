package dev.phaseline.core.engine;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One run of a handler for one item: the only thing that the lane and a handler's thread share.
/// Thread-safe.
///
/// An attempt is either started or taken back before it started, never both; and a started attempt
/// either ends or is given up, never both: which of them comes first is decided by its [Chain]. One
/// that is given up is told so and its result no longer counts.
public final class Attempt {
  /// The hand-over that an attempt is part of: its [Chain].
  interface HandOver {
    /// Whether this attempt has started and neither ended nor was given up.
    boolean runs(Attempt attempt);

    /// Gives a started attempt up, and nothing more starts.
    ///
    /// @return false when it does not run: its result is on its way
    boolean giveUp(Attempt attempt);

    /// Nothing that has not started will start.
    ///
    /// @return what has not started, in order
    List<Attempt> takeBack();
  }

  private final Slot slot;
  private final int number;
  private final List<Failure> failures; // copies: a handler's thread may not read the item's
  private final int failuresOmitted;
  private final @Nullable LastFailure lastFailure;
  private @Nullable HandOver chain; // written before it is handed out
  private int place;
  private volatile long signNanos;
  private long startNanos; // written before the chain's word, read after it
  private volatile boolean hasDeadline;
  private long deadlineNanos; // written before the flag, read after it
  private volatile boolean handlesFailure;
  private volatile boolean abandoned;
  private volatile boolean timedOut;
  private volatile boolean cancelled;

  // links of AttemptList; the lane's
  @Nullable Attempt runsAfter;
  @Nullable Attempt runsBefore;
  boolean listed;
  boolean onTrial; // of an item that may start in a trial only

  Attempt(Slot slot, int number) {
    this.slot = slot;
    this.number = number;
    this.failures = slot.failures();
    this.failuresOmitted = slot.failuresOmitted();
    this.lastFailure = slot.lastFailure;
  }

  /// The item as its source delivered it.
  public Item item() {
    return slot.item();
  }

  /// The item's way through the lane, whose thread alone may look at it.
  Slot slot() {
    return slot;
  }

  /// The attempt's number, from 1.
  public int number() {
    return number;
  }

  /// The item's failed attempts before this one, as its history gave them when it was handed out.
  public List<Failure> failures() {
    return failures;
  }

  /// Number of failed attempts that [#failures()] leaves out.
  public int failuresOmitted() {
    return failuresOmitted;
  }

  /// The failure that this run is about: it calls the failure handler, not the phase's handler.
  /// Null for the handler's.
  public @Nullable LastFailure lastFailure() {
    return lastFailure;
  }

  /// Called by the handler's thread, which reads the item: before the item is given up, its failure
  /// handler is to be asked.
  public void hasFailureHandler() {
    handlesFailure = true;
  }

  /// Whether a failure handler is asked before the item is given up for this attempt.
  boolean handlesFailure() {
    return handlesFailure && lastFailure == null;
  }

  /// The one thing that hands it out.
  void join(HandOver its, int at) {
    chain = its;
    place = at;
  }

  HandOver chain() {
    return Objects.requireNonNull(chain, "not handed out");
  }

  /// Its place in its chain.
  int place() {
    return place;
  }

  /// Called by the chain, on the handler's thread, just before it counts as started.
  void begin(long nowNanos) {
    signNanos = nowNanos;
    startNanos = nowNanos;
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

  /// Time for which an attempt may still begin; null for always.
  @Nullable Duration left(long nowNanos) {
    return hasDeadline ? Duration.ofNanos(deadlineNanos - nowNanos) : null;
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
    return timedOut;
  }

  /// Called by the lane: gives a started attempt up, unless its result is on its way.
  boolean tryGiveUp() {
    if (!chain().giveUp(this)) return false;
    timedOut = true;
    abandoned = true;
    return true;
  }

  boolean started() {
    return chain().runs(this);
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

  /// Called by the lane: whatever comes of it does not count, and nothing of its chain starts
  /// behind it.
  void abandon() {
    abandoned = true;
    var _ = chain().giveUp(this);
  }

  @Override
  public String toString() {
    return slot + (abandoned ? " abandoned" : "");
  }
}
