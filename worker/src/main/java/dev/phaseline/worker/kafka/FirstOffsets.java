package dev.phaseline.worker.kafka;

import dev.phaseline.core.engine.Ledger;
import dev.phaseline.core.engine.Progress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Start offsets of partitions. The committed offset decides; `auto.offset.reset` is off, because a
/// lost offset that is guessed means work repeated or skipped without a word.
///
/// A partition that nobody ever committed for starts at its first record, and only if nothing has
/// been removed from it: that is what a new group, or a partition that was added, looks like. Where
/// records are gone already, the offset has more likely expired with an idle group, and the
/// partition is refused; the others go on. What was committed for a topic that was deleted, and is
/// of another one under the same name now, is no more than if it had never been.
public final class FirstOffsets {
  private static final Logger LOG = LoggerFactory.getLogger(FirstOffsets.class);
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final Consumer<byte[], byte[]> consumer;
  private final String group;

  /// The start offsets of partitions.
  ///
  /// @param at these, from here
  /// @param refused these not at all: their first offset, at which they are held
  record Starts(Map<TopicPartition, Ledger.Committed> at, Map<TopicPartition, Long> refused) {}

  public FirstOffsets(Consumer<byte[], byte[]> consumer, String group) {
    this.consumer = consumer;
    this.group = group;
  }

  /// @param topic the id of the topic whose partitions these are
  Starts of(Set<TopicPartition> partitions, UUID topic) {
    var start = new HashMap<TopicPartition, Ledger.Committed>();
    var missing = new HashSet<TopicPartition>();
    var outlived = new TreeSet<Integer>();
    consumer
        .committed(partitions, WAIT)
        .forEach(
            (partition, found) -> {
              if (found == null) missing.add(partition);
              else if (isOfAnother(found, topic)) outlived.add(partition.partition());
              else {
                start.put(partition, new Ledger.Committed(found.offset(), found.metadata(), topic));
              }
            });
    if (!outlived.isEmpty()) {
      var name = partitions.iterator().next().topic();
      LOG.warn(
          "topic {} was deleted and made again: what group {} committed for partitions {} is of the"
              + " old one and does not count",
          name,
          group,
          outlived);
      for (var partition : outlived) missing.add(new TopicPartition(name, partition));
    }
    if (missing.isEmpty()) return new Starts(start, Map.of());
    var refused = new HashMap<TopicPartition, Long>();
    consumer
        .beginningOffsets(missing, WAIT)
        .forEach(
            (partition, first) -> {
              if (first > 0) refused.put(partition, first);
              else start.put(partition, new Ledger.Committed(first, "", topic));
            });
    if (missing.size() > refused.size()) {
      LOG.info(
          "group {} is new to {} partitions: they start at their first record",
          group,
          missing.size() - refused.size());
    }
    return new Starts(start, refused);
  }

  /// Whether it was committed for a topic of that name which is gone. What can't be read is not:
  /// the lane stops for it.
  private static boolean isOfAnother(OffsetAndMetadata committed, UUID topic) {
    if (committed.metadata().isEmpty()) return false;
    try {
      return !Progress.decode(committed.offset(), committed.metadata()).isOf(topic);
    } catch (Progress.UndecodableException notOurs) {
      return false;
    }
  }

  /// The reason why a partition was refused.
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
