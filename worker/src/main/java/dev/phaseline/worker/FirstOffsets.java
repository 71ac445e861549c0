package dev.phaseline.worker;

import dev.phaseline.core.engine.LaneLog;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where a partition starts. What is committed decides; `auto.offset.reset` is off, because a lost
/// offset that is guessed means work repeated or skipped without a word.
///
/// A partition that nobody ever committed for starts at its first record, and only if nothing has
/// been removed from it: that is what a new group, or a partition that was added, looks like. Where
/// records are gone already, the offset has more likely expired with an idle group, and the
/// partition is refused; the others go on.
final class FirstOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(FirstOffsets.class);
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final Consumer<byte[], byte[]> consumer;
  private final String group;

  /// Where partitions start.
  ///
  /// @param at these, from here
  /// @param refused these not at all: their first offset, at which they are held
  record Starts(Map<TopicPartition, LaneLog.Committed> at, Map<TopicPartition, Long> refused) {}

  FirstOffsets(Consumer<byte[], byte[]> consumer, String group) {
    this.consumer = consumer;
    this.group = group;
  }

  Starts of(Set<TopicPartition> partitions) {
    var start = new HashMap<TopicPartition, LaneLog.Committed>();
    var missing = new HashSet<TopicPartition>();
    consumer
        .committed(partitions, WAIT)
        .forEach(
            (partition, found) -> {
              if (found == null) missing.add(partition);
              else {
                start.put(partition, new LaneLog.Committed(found.offset(), found.metadata()));
              }
            });
    if (missing.isEmpty()) return new Starts(start, Map.of());
    var refused = new HashMap<TopicPartition, Long>();
    consumer
        .beginningOffsets(missing, WAIT)
        .forEach(
            (partition, first) -> {
              if (first > 0) refused.put(partition, first);
              else start.put(partition, new LaneLog.Committed(first, ""));
            });
    if (missing.size() > refused.size()) {
      LOG.info(
          "group {} is new to {} partitions: they start at their first record",
          group,
          missing.size() - refused.size());
    }
    return new Starts(start, refused);
  }

  /// Why a partition was refused.
  String refusal(TopicPartition partition, long first) {
    return "group "
        + group
        + " has no committed offset for "
        + partition
        + ", whose records before "
        + first
        + " are gone: the offset has expired with an idle group, or was deleted. Set it by hand"
        + " (kafka-consumer-groups --reset-offsets) and start again";
  }
}
