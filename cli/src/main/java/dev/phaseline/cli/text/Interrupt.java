package dev.phaseline.cli.text;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ctrl-C, heard once: whoever works looks at [#requested] between two steps, and the process ends
/// when that work says that it has [#finish]ed, or when it takes too long.
///
/// Java tells of the signal by running shutdown hooks and ends with 128 + the signal's number when
/// they are through; so the hook waits. Thread-safe.
public final class Interrupt implements AutoCloseable {
  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook;

  private Interrupt(Duration patience, Runnable tooLate) {
    hook =
        Thread.ofPlatform()
            .name("interrupt")
            .unstarted(
                () -> {
                  requested.countDown();
                  try {
                    if (!finished.await(patience.toMillis(), TimeUnit.MILLISECONDS)) tooLate.run();
                  } catch (InterruptedException nobodyDoes) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  /// Listens from now on.
  ///
  /// @param patience how long the work may take to stop
  /// @param tooLate says that it took longer
  public static Interrupt listen(Duration patience, Runnable tooLate) {
    var interrupt = new Interrupt(patience, tooLate);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  public boolean requested() {
    return requested.getCount() == 0;
  }

  /// Waits until it is requested.
  ///
  /// @return whether it was within this time
  public boolean await(Duration atMost) throws InterruptedException {
    return requested.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Reports that the work that was interrupted has stopped.
  public void finish() {
    finished.countDown();
  }

  /// Stops listening; the process may then end.
  @Override
  public void close() {
    finish();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // then the hook has seen finish()
    }
  }
}
