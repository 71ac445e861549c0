package dev.phaseline.streams;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Lets threads wait for what a service comes to be. Thread-safe.
public final class StateChanges {
  private final Object changes = new Object();

  /// The state may be another one from here on: whoever waits looks again.
  public void happened() {
    synchronized (changes) {
      changes.notifyAll();
    }
  }

  /// Waits for as long as the state is one that passes.
  ///
  /// @param atMost no longer than this
  /// @param state what it is now
  /// @param passes whether it is one to wait through
  /// @return the state at the end of the wait; one that passes when the time was over
  public <S> S awaitWhile(Duration atMost, Supplier<S> state, Predicate<S> passes)
      throws InterruptedException {
    var endNanos = System.nanoTime() + atMost.toNanos();
    synchronized (changes) {
      var now = state.get();
      while (passes.test(now)) {
        var leftMs = TimeUnit.NANOSECONDS.toMillis(endNanos - System.nanoTime());
        if (leftMs <= 0) break;
        changes.wait(leftMs);
        now = state.get();
      }
      return now;
    }
  }
}
