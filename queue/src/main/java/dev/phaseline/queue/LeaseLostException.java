package dev.phaseline.queue;

/// A claim that has ended: its lease ran out, or the item was deleted, released or made a dead
/// letter by it, or the queue was purged or closed. Nothing was changed; if another consumer has
/// the item by now, its claim is untouched.
///
/// The work may be done twice then: the effects must be idempotent.
public final class LeaseLostException extends QueueException {
  private static final long serialVersionUID = 1L;

  private final String itemId;

  /// @param queue the queue's name
  /// @param itemId the item's id
  public LeaseLostException(String queue, String itemId) {
    super(
        queue,
        "the claim on item '"
            + itemId
            + "' of queue '"
            + queue
            + "' has ended: its lease ran out, or the item was deleted, released or purged;"
            + " if work takes longer than the lease, extend the lease",
        null);
    this.itemId = itemId;
  }

  /// The item's id.
  public String itemId() {
    return itemId;
  }
}
