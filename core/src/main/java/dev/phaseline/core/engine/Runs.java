package dev.phaseline.core.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// The runs of a lane: chains with items of several keys, handed out and run as one while handlers
/// are quick, because a hand-over for each item would cost more than its handler. Owned by the
/// lane.
///
/// No key waits for another's slow item: what is left of a run is taken back when the item that
/// runs takes longer than [#SLOW_NANOS], and everything is when handlers are not quick any more;
/// then each key is handed out for itself again, and for a while nothing but that.
final class Runs {
  /// An item that runs for longer holds back nothing but its key.
  static final long SLOW_NANOS = 1_000_000L;

  /// Between two looks at what runs.
  static final long LOOK_NANOS = 1_000_000L;

  /// To take everything back costs as much as to hand it out: not more often than this.
  private static final long PAUSE_NANOS = 100_000_000L;

  private final Deque<Chain> out = new ArrayDeque<>();
  private boolean pausing;
  private long pausedUntilNanos;
  private long nextLookNanos;

  /// Whether a chain that is handed out now may be a run.
  boolean mayForm(long now) {
    if (pausing && pausedUntilNanos - now <= 0) pausing = false;
    return !pausing;
  }

  /// Forms none for a while.
  void pause(long now) {
    pausing = true;
    pausedUntilNanos = now + PAUSE_NANOS;
  }

  /// A run was handed out.
  void add(Chain run, long now) {
    if (out.isEmpty()) nextLookNanos = now + LOOK_NANOS;
    out.addLast(run);
  }

  /// Whether none is known to have a rest that could be taken back.
  boolean isEmpty() {
    return out.isEmpty();
  }

  /// Takes back what is left of runs whose present item is slow.
  void split(long now, Consumer<Chain> takeBack) {
    if (out.isEmpty() || nextLookNanos - now > 0) return;
    nextLookNanos = now + LOOK_NANOS;
    out.removeIf(
        run -> {
          if (!run.hasRest()) return true;
          if (!run.isLongerThan(SLOW_NANOS, now)) return false;
          takeBack.accept(run);
          return true;
        });
  }

  /// Everything was taken back.
  void clear() {
    out.clear();
  }

  /// Time until the next look.
  long waitNanos(long now) {
    return out.isEmpty() ? Long.MAX_VALUE : Math.max(0, nextLookNanos - now);
  }
}
