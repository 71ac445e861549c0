package dev.phaseline.ops;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/// Reads committed records of whole topics, headers only: keys and payloads are dropped as they
/// come. Joins no group and commits nothing. For one thread.
final class TopicScan implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STALLED = Duration.ofSeconds(60);
  private static final byte[] DROPPED = {};

  /// What is done with each record.
  interface Visitor {
    void visit(ConsumerRecord<byte[], byte[]> record);
  }

  private final KafkaConsumer<byte[], byte[]> consumer;

  /// @param client how to reach the cluster
  TopicScan(Map<String, ?> client) {
    var config = new HashMap<String, Object>(client);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    // A fetch that waits for more at the end of one topic holds up the first fetch of the next.
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    Deserializer<byte[]> dropping = (topic, bytes) -> DROPPED;
    this.consumer = new KafkaConsumer<>(config, dropping, dropping);
  }

  /// The last stable offset of each partition, now.
  ///
  /// @throws ClusterException when the topic is missing or the cluster does not answer
  Map<TopicPartition, Long> ends(String pipeline, String topic) {
    try {
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      if (partitions.isEmpty()) throw missing(pipeline, topic);
      return consumer.endOffsets(partitions);
    } catch (KafkaException failed) {
      throw new ClusterException(
          "can't read the end of topic " + topic + ": " + failed.getMessage(), failed);
    }
  }

  /// The first offset of each partition that is still kept.
  Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions) {
    try {
      return consumer.beginningOffsets(partitions);
    } catch (KafkaException failed) {
      throw new ClusterException(
          "can't read the start of " + partitions + ": " + failed.getMessage(), failed);
    }
  }

  /// Visits every record before those ends, in the order of offsets within each partition.
  ///
  /// @throws ClusterException when reading stalls or fails
  void read(Map<TopicPartition, Long> ends, Visitor visitor) {
    var partitions = List.copyOf(ends.keySet());
    try {
      consumer.assign(partitions);
      var starts = starts(partitions);
      starts.forEach(consumer::seek);
      var open = new HashMap<>(ends);
      open.entrySet().removeIf(end -> starts.getOrDefault(end.getKey(), 0L) >= end.getValue());
      var deadlineNanos = System.nanoTime() + STALLED.toNanos();
      while (!open.isEmpty()) {
        var records = consumer.poll(POLL);
        for (var record : records) {
          var end = ends.get(new TopicPartition(record.topic(), record.partition()));
          if (end != null && record.offset() < end) visitor.visit(record);
        }
        // The position also moves over markers and aborted records, which are never returned.
        var moved = open.entrySet().removeIf(e -> consumer.position(e.getKey()) >= e.getValue());
        if (moved) consumer.pause(finished(partitions, open));
        if (moved || !records.isEmpty()) deadlineNanos = System.nanoTime() + STALLED.toNanos();
        if (System.nanoTime() > deadlineNanos) throw stalled(open);
      }
    } catch (KafkaException failed) {
      throw new ClusterException("can't read " + partitions + ": " + failed.getMessage(), failed);
    }
  }

  /// The record at that place, if it is still there.
  Optional<ConsumerRecord<byte[], byte[]>> at(TopicPartition partition, long offset) {
    try {
      consumer.assign(List.of(partition));
      consumer.seek(partition, offset);
      var deadlineNanos = System.nanoTime() + STALLED.toNanos();
      while (System.nanoTime() < deadlineNanos && consumer.position(partition) <= offset) {
        for (var record : consumer.poll(POLL)) {
          return record.offset() == offset ? Optional.of(record) : Optional.empty();
        }
      }
    } catch (KafkaException gone) {
      // it only makes a message nicer
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    consumer.close();
  }

  static ClusterException missing(String pipeline, String topic) {
    return new ClusterException(
        "pipeline '"
            + pipeline
            + "' has no topic "
            + topic
            + "; check the names, or create it with"
            + " `phaseline topics create`");
  }

  private static List<TopicPartition> finished(
      List<TopicPartition> partitions, Map<TopicPartition, Long> open) {
    return partitions.stream().filter(partition -> !open.containsKey(partition)).toList();
  }

  private ClusterException stalled(Map<TopicPartition, Long> open) {
    var first = open.entrySet().iterator().next();
    return new ClusterException(
        "reading %s stalled at offset %d of %d for %d s; check the brokers"
            .formatted(
                first.getKey(),
                consumer.position(first.getKey()),
                first.getValue(),
                STALLED.toSeconds()));
  }
}
