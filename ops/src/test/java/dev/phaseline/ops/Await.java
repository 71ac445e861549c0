package dev.phaseline.ops;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/// Waits for a condition, never for time.
final class Await {
  private Await() {}

  static void until(BooleanSupplier condition) {
    var endNanos = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNanos) throw new AssertionError("not within 30 s");
      Thread.onSpinWait();
    }
  }
}
