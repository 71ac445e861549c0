package dev.phaseline.worker;

import java.util.Map;

/// How large a record each topic takes, as the brokers said when they were asked last.
///
/// @param messageBytesMax by topic
/// @param requestBytesMax what our own producers send at most
record TopicLimits(Map<String, Integer> messageBytesMax, int requestBytesMax) {

  /// What a dead letter may have beyond the record that it keeps: reason, history, origin.
  static final int DEAD_ROOM_BYTES = 64 * 1024;

  TopicLimits {
    messageBytesMax = Map.copyOf(messageBytesMax);
  }

  /// The largest record that can be written to this topic.
  long of(String topic) {
    return Math.min(requestBytesMax, messageBytesMax.getOrDefault(topic, Integer.MAX_VALUE));
  }
}
