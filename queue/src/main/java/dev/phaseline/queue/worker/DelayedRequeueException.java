package dev.phaseline.queue.worker;

import dev.phaseline.queue.QueueRules;
import java.time.Duration;

/// Thrown by a handler that can do the work of its item later: the item is available again after a
/// delay, as if it had not been delivered.
public final class DelayedRequeueException extends RequeueException {
  private static final long serialVersionUID = 1L;

  /// @param delay zero to [QueueRules#DELAY_MAX]
  /// @param message why, for logs
  /// @throws IllegalArgumentException when the delay is not valid; thrown in a handler, that is the
  ///   handler's failure
  public DelayedRequeueException(Duration delay, String message) {
    super(message, checked(delay));
  }

  private static Duration checked(Duration delay) {
    QueueRules.checkDelay(delay);
    return delay;
  }
}
