package dev.phaseline.queue;

import org.jspecify.annotations.Nullable;

/// Failure of a queue's operation; each kind that a caller may treat in its own way is a subclass.
/// Arguments that are never valid are an [IllegalArgumentException] instead.
public abstract class QueueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String queue;

  QueueException(String queue, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.queue = queue;
  }

  /// The queue's name.
  public String queue() {
    return queue;
  }
}
