package dev.phaseline.worker;

import java.util.Map;

/// Size limits of topics, as last read from the brokers.
///
/// @param messageBytesMax by topic
/// @param requestBytesMax what our own producers send at most
record TopicLimits(Map<String, Integer> messageBytesMax, int requestBytesMax) {

  /// Room of a dead letter beyond the record that it keeps: reason, history, origin.
  static final int DEAD_ROOM_BYTES = 64 * 1024;

  TopicLimits {
    messageBytesMax = Map.copyOf(messageBytesMax);
  }

  /// The largest record that can be written to this topic.
  long of(String topic) {
    return Math.min(requestBytesMax, messageBytesMax.getOrDefault(topic, Integer.MAX_VALUE));
  }
}
