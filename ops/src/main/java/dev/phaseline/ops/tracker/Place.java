package dev.phaseline.ops.tracker;

/// Address of a record.
///
/// @param topic its topic
/// @param partition of the topic
/// @param offset in the partition
public record Place(String topic, int partition, long offset) {
  @Override
  public String toString() {
    return topic + '-' + partition + '-' + offset;
  }
}
