package dev.phaseline.queue;

import org.jspecify.annotations.Nullable;

/// A storage, or a registry that a codec needs, that can't be reached or does not do what a queue
/// needs. An operation that changes something may have happened or not.
public final class QueueUnavailableException extends QueueException {
  private static final long serialVersionUID = 1L;

  /// @param queue the queue's name
  /// @param reason what can't be reached or done, and the remedy
  /// @param cause the failure, if there is an exception
  public QueueUnavailableException(String queue, String reason, @Nullable Throwable cause) {
    super(queue, "queue '" + queue + "' can't be used: " + reason, cause);
  }
}
