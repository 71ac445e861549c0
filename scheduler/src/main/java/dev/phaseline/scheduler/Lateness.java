package dev.phaseline.scheduler;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongConsumer;

/// Histogram of the lateness of timers, in buckets that are at most an eighth wide, so that a
/// percentile is at most that much too high. Thread-safe.
final class Lateness {
  private static final int SUB_BITS = 3;
  private static final int SUB = 1 << SUB_BITS;

  private final AtomicLongArray buckets = new AtomicLongArray(SUB * Long.SIZE);
  private final AtomicLong max = new AtomicLong();
  private volatile LongConsumer listener = _ -> {};

  /// Listener for each lateness, in milliseconds, called on the thread that fires.
  void tell(LongConsumer other) {
    listener = other;
  }

  void add(long millis) {
    var late = Math.max(0, millis);
    buckets.incrementAndGet(bucket(late));
    max.accumulateAndGet(late, Math::max);
    listener.accept(late);
  }

  Duration max() {
    return Duration.ofMillis(max.get());
  }

  /// The lateness that this part of all timers did not exceed; zero when there were none.
  Duration atMost(double part) {
    var total = 0L;
    for (var i = 0; i < buckets.length(); i++) total += buckets.get(i);
    if (total == 0) return Duration.ZERO;
    var wanted = (long) Math.ceil(total * part);
    var seen = 0L;
    for (var i = 0; i < buckets.length(); i++) {
      seen += buckets.get(i);
      if (seen >= wanted) return Duration.ofMillis(Math.min(upper(i), max.get()));
    }
    return max();
  }

  TimerMetrics.Late toMetrics() {
    return new TimerMetrics.Late(atMost(0.5), atMost(0.99), max());
  }

  private static int bucket(long late) {
    if (late < SUB) return (int) late;
    var shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(late) - SUB_BITS;
    return (shift + 1) * SUB + (int) (late >>> shift) - SUB;
  }

  private static long upper(int bucket) {
    if (bucket < SUB) return bucket;
    var shift = bucket / SUB - 1;
    return ((long) (bucket % SUB + SUB + 1) << shift) - 1;
  }
}
