package dev.phaseline.queue;

import org.jspecify.annotations.Nullable;

/// An item that was not created, because its data can't be encoded or is too big.
public final class ItemRefusedException extends QueueException {
  private static final long serialVersionUID = 1L;

  /// @param queue the queue's name
  /// @param reason what is wrong with the item
  public ItemRefusedException(String queue, String reason) {
    this(queue, reason, null);
  }

  /// @param queue the queue's name
  /// @param reason what is wrong with the item
  /// @param cause what the storage said, if it refused the item
  public ItemRefusedException(String queue, String reason, @Nullable Throwable cause) {
    super(queue, "item for queue '" + queue + "' was not created: " + reason, cause);
  }
}
