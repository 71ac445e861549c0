package dev.phaseline.queue;

/// A queue that does not exist, or exists no longer.
public final class UnknownQueueException extends QueueException {
  private static final long serialVersionUID = 1L;

  /// @param queue the name that no queue has
  public UnknownQueueException(String queue) {
    super(queue, "there is no queue '" + queue + "': create it first, or look at its name", null);
  }
}
