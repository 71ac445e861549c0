package dev.phaseline.worker.topic;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/// Limits of topics on the size and age of records, as last read from the brokers.
///
/// @param messageBytesMax by topic
/// @param keptMs the longest time that a record can be read, by topic; `Long.MAX_VALUE` for ever
/// @param requestBytesMax what our own producers send at most
public record TopicLimits(
    Map<String, Integer> messageBytesMax, Map<String, Long> keptMs, int requestBytesMax) {

  /// Room of a dead letter beyond the record that it keeps: reason, history, origin.
  public static final int DEAD_ROOM_BYTES = 64 * 1024;

  public TopicLimits {
    messageBytesMax = Map.copyOf(messageBytesMax);
    keptMs = Map.copyOf(keptMs);
  }

  /// The largest record that can be written to this topic.
  public long of(String topic) {
    return Math.min(requestBytesMax, messageBytesMax.getOrDefault(topic, Integer.MAX_VALUE));
  }

  /// The longest time for which a record of this topic can be read; empty when it is not known.
  public Optional<Duration> retention(String topic) {
    var ms = keptMs.get(topic);
    if (ms == null) return Optional.empty();
    return Optional.of(
        ms == Long.MAX_VALUE ? ChronoUnit.FOREVER.getDuration() : Duration.ofMillis(ms));
  }
}
