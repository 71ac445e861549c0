package dev.phaseline.schemas.reading;

import org.apache.kafka.common.TopicPartition;

/// Policy for records that can't be read: skipped, or a stop of their partition. Called on the
/// consumer's thread.
@FunctionalInterface
public interface UnreadableRecords {
  /// Decision about one, which also counts and logs it.
  ///
  /// @param partition where it is
  /// @param offset of the record, or of a mark of a transaction right before it
  /// @param why it can't be read, in words
  /// @return whether to go on behind it; false: its partition is paused in front of it
  boolean skip(TopicPartition partition, long offset, String why);
}
