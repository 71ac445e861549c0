package dev.phaseline.ops;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits for a condition, never for time.
public final class Await {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Await() {}

  /// Looks every few milliseconds, so that what is waited for has the processor.
  public static void until(String what, BooleanSupplier condition) {
    var endNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNanos) {
        throw new AssertionError("not within " + PATIENCE.toSeconds() + " s: " + what);
      }
      try {
        Thread.sleep(10);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new AssertionError(stop);
      }
    }
  }
}
