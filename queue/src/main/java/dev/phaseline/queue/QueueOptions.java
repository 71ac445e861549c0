package dev.phaseline.queue;

/// Options of a queue for those who open it. Immutable; if it exists, it is valid.
///
/// They hold for the object that was opened with them, and are not stored: give all consumers the
/// same.
public final class QueueOptions {
  /// Five deliveries, items of up to 900 KiB, as the payloads of pipelines.
  public static final QueueOptions DEFAULT = new QueueOptions(5, 900 * 1024);

  private final int deliveriesMax;
  private final int itemBytesMax;

  private QueueOptions(int deliveriesMax, int itemBytesMax) {
    this.deliveriesMax = deliveriesMax;
    this.itemBytesMax = itemBytesMax;
  }

  /// Options with another number of deliveries.
  ///
  /// @param another 1 to [QueueRules#DELIVERIES_MAX]
  public QueueOptions withDeliveriesMax(int another) {
    QueueRules.checkDeliveries(another);
    return new QueueOptions(another, itemBytesMax);
  }

  /// Options with another limit for the size of an item.
  ///
  /// @param another 1 to [QueueRules#ITEM_BYTES_MAX]
  public QueueOptions withItemBytesMax(int another) {
    QueueRules.checkItemBytes(another);
    return new QueueOptions(deliveriesMax, another);
  }

  /// Most deliveries of an item. One that would be handed out once more is a dead letter.
  public int deliveriesMax() {
    return deliveriesMax;
  }

  /// Bytes of an item at most, its data and headers together.
  public int itemBytesMax() {
    return itemBytesMax;
  }
}
