package dev.phaseline.queue;

/// Numbers of a queue's items, exact in SQL and memory, an estimate on Kafka. Immutable.
///
/// @param available that a claim would get now
/// @param claimed under a lease
/// @param delayed that become available later
public record QueueCount(long available, long claimed, long delayed) {
  /// No items.
  public static final QueueCount NONE = new QueueCount(0, 0, 0);

  /// All items that are not deleted.
  public long total() {
    return available + claimed + delayed;
  }
}
