package dev.phaseline.worker.item;

/// Speed of a pool's handlers, as its runners measure it: how many runners are worth having and
/// whether items of several keys may be handed out together follow from it. Thread-safe; an update
/// that is lost among runners changes nothing that anything rests on.
final class HandlerSpeed {
  /// Slower ones wait, mostly, and are worth a runner each.
  private static final long QUICK_NANOS = 100_000L;

  /// Attempts that take longer are not run behind those of other keys, if they are more than a few.
  private static final long SLOW_NANOS = 50_000L;

  private static final int SLOW_SHARE_MAX = 1 << 11;
  private static final int SLOW_SHARE_ALL = 1 << 16;
  private static final int SLOW_SHARE_SHIFT = 8; // of so many attempts, as a power of two

  private volatile long meanNanos = QUICK_NANOS;
  private volatile int slowShare = SLOW_SHARE_ALL; // of attempts; unknown ones count as slow

  /// An attempt has taken so long.
  void learn(long nanos) {
    var mean = meanNanos;
    meanNanos = mean + (Math.min(nanos, 100 * QUICK_NANOS) - mean) / 16;
    var share = slowShare;
    var slow = nanos > SLOW_NANOS ? SLOW_SHARE_ALL : 0;
    if (share != slow) slowShare = share + ((slow - share) >> SLOW_SHARE_SHIFT);
  }

  /// Whether they take their time, on average.
  boolean isLong() {
    return meanNanos >= QUICK_NANOS;
  }

  /// Whether nearly all of them are quick: the share counts, because a thread that waits for a core
  /// for once is no slow handler.
  boolean areQuick() {
    return slowShare <= SLOW_SHARE_MAX;
  }
}
