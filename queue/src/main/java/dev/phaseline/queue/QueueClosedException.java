package dev.phaseline.queue;

/// The use of a queue that was closed.
public final class QueueClosedException extends QueueException {
  private static final long serialVersionUID = 1L;

  /// @param queue the queue's name
  public QueueClosedException(String queue) {
    super(queue, "queue '" + queue + "' was closed by this program: open it again to use it", null);
  }
}
