package dev.phaseline.cli.text;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Request to stop, by Ctrl-C or SIGTERM: a command polls [#requested] between two steps, and the
/// process ends when the command's work has [#finish]ed, or when that takes too long.
///
/// Java runs shutdown hooks at the signal and ends with 128 + the signal's number after them; so
/// the hook waits. A service that stops in order has done what it was told to do, so its process
/// ends with the status of its command, by [#exit]. Thread-safe.
public final class Interrupt implements AutoCloseable {
  /// Whether a service is being stopped: its process ends by [#exit] only.
  private static volatile boolean isServiceStopping;

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final boolean isService;
  private final Thread hook;

  private Interrupt(Duration patience, Runnable tooLate, boolean isService) {
    this.isService = isService;
    hook =
        Thread.ofPlatform()
            .name("interrupt")
            .unstarted(
                () -> {
                  if (isService) isServiceStopping = true;
                  requested.countDown();
                  try {
                    if (!finished.await(patience.toMillis(), TimeUnit.MILLISECONDS)) tooLate.run();
                  } catch (InterruptedException nobodyDoes) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  /// The request to stop a command before its end: the process ends with 128 + the signal's number.
  ///
  /// @param patience time that the work may take to stop
  /// @param tooLate called when it took longer
  public static Interrupt listen(Duration patience, Runnable tooLate) {
    return new Interrupt(patience, tooLate, false).start();
  }

  /// The request to stop a service, which runs until then. Its process ends with its command's
  /// status when [#exit] is called within the time, or else with 128 + the signal's number.
  ///
  /// @param patience time that the service may take to stop
  /// @param tooLate called when it took longer
  public static Interrupt ofService(Duration patience, Runnable tooLate) {
    return new Interrupt(patience, tooLate, true).start();
  }

  private Interrupt start() {
    Runtime.getRuntime().addShutdownHook(hook);
    return this;
  }

  /// Ends the process with this status, also one whose service is being stopped. Does not return.
  public static void exit(int status) {
    if (isServiceStopping) Runtime.getRuntime().halt(status);
    System.exit(status);
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
    // The hook of a service waits for the end of the process, which is the command's.
    if (!isService || !requested()) finish();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException alreadyShuttingDown) {
      // then the hook has seen finish(), or waits for the end
    }
  }
}
