package dev.phaseline.queue.worker;

import java.time.Duration;

/// Thrown by a handler that can't do the work of its item now: the item is available again at once,
/// as if it had not been delivered.
public class RequeueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Duration delay;

  /// @param message why, for logs
  public RequeueException(String message) {
    this(message, Duration.ZERO);
  }

  RequeueException(String message, Duration delay) {
    super(message);
    this.delay = delay;
  }

  /// After which time the item is available again.
  public final Duration delay() {
    return delay;
  }
}
