package dev.phaseline.worker;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Waits for named conditions, never for time alone.
public final class Wait {
  /// Far more than anything takes, also on a machine that is busy with other things.
  public static final Duration BOUND = Duration.ofMinutes(3);

  /// A condition that may fail to be looked at.
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws Exception;
  }

  private Wait() {}

  /// Waits until the condition holds.
  ///
  /// @param seen what to say when it doesn't within the bound
  public static void until(String what, Supplier<?> seen, Condition condition) {
    var deadline = System.nanoTime() + BOUND.toNanos();
    while (!holds(condition)) {
      if (deadline - System.nanoTime() < 0) {
        throw new AssertionError("not within " + BOUND + ": " + what + "; seen: " + seen.get());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }

  public static void until(String what, Condition condition) {
    until(what, () -> "nothing more is known", condition);
  }

  private static boolean holds(Condition condition) {
    try {
      return condition.holds();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
