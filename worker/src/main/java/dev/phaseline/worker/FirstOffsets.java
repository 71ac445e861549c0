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
/// partition is refused.
final class FirstOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(FirstOffsets.class);
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final Consumer<byte[], byte[]> consumer;
  private final String group;

  FirstOffsets(Consumer<byte[], byte[]> consumer, String group) {
    this.consumer = consumer;
    this.group = group;
  }

  Map<TopicPartition, LaneLog.Committed> of(Set<TopicPartition> partitions) {
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
    if (missing.isEmpty()) return start;
    consumer
        .beginningOffsets(missing, WAIT)
        .forEach(
            (partition, first) -> {
              if (first > 0) {
                throw new WorkerException(
                    "group "
                        + group
                        + " has no committed offset for "
                        + partition
                        + ", whose records before "
                        + first
                        + " are gone: the offset has expired with an idle group, or was deleted."
                        + " Set it by hand (kafka-consumer-groups --reset-offsets) and start again",
                    null);
              }
              start.put(partition, new LaneLog.Committed(first, ""));
            });
    LOG.info(
        "group {} is new to {} partitions: they start at their first record",
        group,
        missing.size());
    return start;
  }
}
