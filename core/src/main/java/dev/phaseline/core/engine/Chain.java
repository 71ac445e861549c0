package dev.phaseline.core.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The hand-over of items of one key, or of several while handlers are quick (a run): attempts that
/// run one after the other, in their order, until the lane takes back what has not started.
/// Thread-safe.
///
/// How many have started, where the chain ends and what the attempt that was started last does are
/// one word, and every change of it is one compare-and-set. So order is kept by construction,
/// whatever the lane and the handler's thread do at the same time: only the next one can start,
/// only when the one before it has ended well, and what is taken back is always all of the rest. An
/// item out of the middle can't be taken back alone: the item behind it could start before the lane
/// has decided about it.
public final class Chain implements Attempt.HandOver {
  private static final int SIZE_MAX = 0xFF;
  private static final int END_SHIFT = 8;
  private static final int STATE_SHIFT = 16;

  // what the attempt that was started last does
  private static final int READY = 0; // it has ended, or there is none: the next one may start
  private static final int RUNS = 1;
  private static final int STOPPED = 2; // it has failed or was given up: nothing starts any more

  private static final VarHandle WORD;

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Chain.class, "word", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final List<Attempt> attempts;
  private final Runnable meanwhile;
  private volatile int word; // changed through WORD alone

  /// @param meanwhile called just before the lane changes the word: [Handlers#meanwhile()]
  Chain(List<Attempt> attempts, Runnable meanwhile) {
    var size = attempts.size();
    if (size > SIZE_MAX) throw new IllegalArgumentException(size + " attempts in a chain");
    this.attempts = attempts;
    this.meanwhile = meanwhile;
    for (var i = 0; i < size; i++) attempts.get(i).join(this, i);
    this.word = word(READY, size, 0);
  }

  private static int word(int state, int end, int started) {
    return state << STATE_SHIFT | end << END_SHIFT | started;
  }

  private static int state(int word) {
    return word >>> STATE_SHIFT;
  }

  private static int end(int word) {
    return word >>> END_SHIFT & SIZE_MAX;
  }

  private static int started(int word) {
    return word & SIZE_MAX;
  }

  /// The next attempt, which has started now. Called by the handler's thread before anything else.
  ///
  /// @return null when nothing more of this chain is to be started
  public @Nullable Attempt start(long nowNanos) {
    while (true) {
      var was = word;
      var place = started(was);
      if (state(was) != READY || place == end(was)) return null;
      var attempt = attempts.get(place);
      attempt.begin(nowNanos);
      if (WORD.compareAndSet(this, was, word(RUNS, end(was), place + 1))) return attempt;
    }
  }

  /// The end of the attempt that was started last, with this result. Called by the handler's thread
  /// before it reports the result and before it starts the next one. Otherwise the lane could give
  /// up an attempt whose successor runs already, and their order would be lost. After a result that
  /// is not `Settled` nothing more of the chain starts.
  ///
  /// @return whether the result counts; false when the lane has given the attempt up
  public boolean end(Attempt attempt, AttemptResult result) {
    return leave(attempt, result instanceof AttemptResult.Settled ? READY : STOPPED);
  }

  /// Whether something may be left to start.
  public boolean hasRest() {
    var now = word;
    return state(now) != STOPPED && started(now) < end(now);
  }

  /// Whether it has items of more than one key.
  public boolean isRun() {
    return attempts.getFirst().slot().queue != attempts.getLast().slot().queue;
  }

  /// Whether the attempt that runs now has done so for longer than this.
  boolean isLongerThan(long nanos, long nowNanos) {
    var now = word;
    return state(now) == RUNS && nowNanos - attempts.get(started(now) - 1).startNanos() > nanos;
  }

  /// Called by the lane: nothing that has not started will start.
  ///
  /// @return what has not started, in order
  @Override
  public List<Attempt> takeBack() {
    while (true) {
      var was = word;
      var started = started(was);
      if (started == end(was)) return List.of();
      meanwhile.run();
      if (WORD.compareAndSet(this, was, word(state(was), started, started))) {
        return attempts.subList(started, end(was));
      }
    }
  }

  /// Called by the lane: gives a started attempt up, and nothing more of the chain starts.
  ///
  /// @return false when it does not run: its result is on its way
  @Override
  public boolean giveUp(Attempt attempt) {
    meanwhile.run();
    return leave(attempt, STOPPED);
  }

  /// Whether this attempt has started and neither ended nor was given up.
  @Override
  public boolean runs(Attempt attempt) {
    return runs(attempt, word);
  }

  private static boolean runs(Attempt attempt, int word) {
    return state(word) == RUNS && started(word) == attempt.place() + 1;
  }

  private boolean leave(Attempt attempt, int state) {
    while (true) {
      var was = word;
      if (!runs(attempt, was)) return false;
      if (WORD.compareAndSet(this, was, word(state, end(was), started(was)))) return true;
    }
  }

  @Override
  public String toString() {
    var now = word;
    return started(now) + " of " + end(now) + " of " + attempts;
  }
}
