package dev.phaseline.queue.worker;

import dev.phaseline.queue.QueueRules;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Thrown by a handler when no item of the queue can be handled now, because what all of them need
/// is down: its item is available again, as if it had not been delivered, and the worker claims no
/// more. [QueueWorker#runFor] ends; [QueueWorker#run] goes on after a time.
public final class SuspendQueueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final @Nullable Duration delay;

  /// A suspension as long as the worker's retry policy says.
  ///
  /// @param message what is down, for logs
  public SuspendQueueException(String message) {
    super(message);
    delay = null;
  }

  /// A suspension of this length.
  ///
  /// @param delay zero to [QueueRules#DELAY_MAX]
  /// @param message what is down, for logs
  public SuspendQueueException(Duration delay, String message) {
    super(message);
    QueueRules.checkDelay(delay);
    this.delay = delay;
  }

  /// For how long; empty: as the worker's retry policy says.
  public Optional<Duration> delay() {
    return Optional.ofNullable(delay);
  }
}
