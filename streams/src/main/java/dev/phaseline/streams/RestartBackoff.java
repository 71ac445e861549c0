package dev.phaseline.streams;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Exponential backoff between a thread's death and its successor's start, so that brokers that are
/// away are not asked in a hot loop. It begins small again after a minute without a failure.
/// Thread-safe.
final class RestartBackoff {
  static final Duration FIRST = Duration.ofMillis(100);
  static final Duration LONGEST = Duration.ofSeconds(5);
  private static final Duration CALM = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private final CountDownLatch closed = new CountDownLatch(1);
  private long failedNanos; // guarded by this
  private Duration next = FIRST; // guarded by this

  RestartBackoff(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.failedNanos = nanoTime.getAsLong();
  }

  /// The pause after a failure that happened now.
  synchronized Duration afterFailure() {
    var now = nanoTime.getAsLong();
    if (now - failedNanos > CALM.toNanos()) next = FIRST;
    failedNanos = now;
    var pause = next;
    next = next.multipliedBy(2);
    if (next.compareTo(LONGEST) > 0) next = LONGEST;
    return pause;
  }

  /// Waits so long, or until [#close].
  void await(Duration pause) {
    try {
      var _ = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends all waits, those to come too.
  void close() {
    closed.countDown();
  }
}
