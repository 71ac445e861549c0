package dev.phaseline.worker.topic;

import java.util.Map;

/// Size limits of topics, as last read from the brokers.
///
/// @param messageBytesMax by topic
/// @param requestBytesMax what our own producers send at most
public record TopicLimits(Map<String, Integer> messageBytesMax, int requestBytesMax) {

  /// Room of a dead letter beyond the record that it keeps: reason, history, origin.
  public static final int DEAD_ROOM_BYTES = 64 * 1024;

  public TopicLimits {
    messageBytesMax = Map.copyOf(messageBytesMax);
  }

  /// The largest record that can be written to this topic.
  public long of(String topic) {
    return Math.min(requestBytesMax, messageBytesMax.getOrDefault(topic, Integer.MAX_VALUE));
  }
}
