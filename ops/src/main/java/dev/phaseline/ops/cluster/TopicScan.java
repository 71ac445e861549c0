package dev.phaseline.ops.cluster;

import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.schemas.reading.GuardedConsumer;
import dev.phaseline.topics.AdminAnswers;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads committed records of whole topics, whole or headers only; in the second case keys and
/// payloads are dropped as they come. Joins no group and commits nothing. For one thread.
public final class TopicScan implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopicScan.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration STALLED = Duration.ofSeconds(60);
  private static final byte[] DROPPED = {};

  /// Consumer of each record.
  @FunctionalInterface
  public interface Visitor {
    /// Called once for each record, on the reading thread; it may take its time.
    void visit(ConsumerRecord<byte[], byte[]> record);
  }

  private final Map<String, Object> client;
  private final GuardedConsumer consumer;
  private @Nullable Admin admin;

  /// Reads headers only: the value of every record is empty.
  ///
  /// @param client how to reach the cluster
  public TopicScan(Map<String, ?> client) {
    this(client, dropping());
  }

  /// Reads keys and headers: the value of every record is empty.
  ///
  /// @param client how to reach the cluster
  public static TopicScan keyed(Map<String, ?> client) {
    return new TopicScan(client, dropping());
  }

  /// Reads keys and payloads too.
  ///
  /// @param client how to reach the cluster
  public static TopicScan whole(Map<String, ?> client) {
    return new TopicScan(client, (topic, bytes) -> bytes);
  }

  private static Deserializer<byte[]> dropping() {
    return (topic, bytes) -> DROPPED;
  }

  private static boolean passOver(TopicPartition partition, long offset, String why) {
    LOG.warn(
        "the record at offset {} of {} can't be read and is left out: {}", offset, partition, why);
    return true;
  }

  private TopicScan(Map<String, ?> client, Deserializer<byte[]> deserializer) {
    this.client = Map.copyOf(client);
    var config = KafkaSettings.ofReader(client);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    // A fetch that waits for more at the end of one topic holds up the first fetch of the next.
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    this.consumer = new GuardedConsumer(config, deserializer, TopicScan::passOver);
  }

  /// The last stable offset of each partition, now.
  ///
  /// @throws ClusterException when the topic is missing or the cluster does not answer
  public Map<TopicPartition, Long> ends(String pipeline, String topic) {
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

  /// Whether there is such a topic.
  ///
  /// @throws ClusterException when the cluster does not answer
  public boolean exists(String topic) {
    try {
      return !consumer.partitionsFor(topic).isEmpty();
    } catch (KafkaException failed) {
      throw new ClusterException(
          "can't ask for topic " + topic + ": " + failed.getMessage(), failed);
    }
  }

  /// Kafka's id of a topic: one that is deleted and made anew has the same name and another id.
  /// Empty when there is no such topic.
  ///
  /// @throws ClusterException when the cluster does not answer
  public Optional<Uuid> id(String topic) {
    var asked = admin;
    if (asked == null) asked = admin = Admin.create(client);
    var answer = asked.describeTopics(List.of(topic)).topicNameValues().get(topic);
    return AdminAnswers.ifThere("describe topic " + topic, answer).map(TopicDescription::topicId);
  }

  /// Waits until every transaction that has written into the topic by now is committed or aborted,
  /// so that [#ends] covers whatever of it counts.
  ///
  /// @throws ClusterException when one is still open after this time
  public void awaitDecided(String pipeline, String topic, Duration atMost) {
    var written = writtenEnds(topic);
    var deadlineNanos = System.nanoTime() + atMost.toNanos();
    while (true) {
      var stable = ends(pipeline, topic);
      if (written.entrySet().stream()
          .allMatch(end -> stable.getOrDefault(end.getKey(), 0L) >= end.getValue())) {
        return;
      }
      if (System.nanoTime() > deadlineNanos) {
        throw new ClusterException(
            "a transaction in topic %s is still open after %d s; ask again later"
                .formatted(topic, atMost.toSeconds()));
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  private Map<TopicPartition, Long> writtenEnds(String topic) {
    var config = KafkaSettings.ofReader(client);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
    try (var any = new KafkaConsumer<>(config, dropping(), dropping())) {
      return any.endOffsets(
          any.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList());
    } catch (KafkaException failed) {
      throw new ClusterException(
          "can't read the end of topic " + topic + ": " + failed.getMessage(), failed);
    }
  }

  /// The first offset of each partition that is still kept.
  public Map<TopicPartition, Long> starts(Collection<TopicPartition> partitions) {
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
  public void read(Map<TopicPartition, Long> ends, Visitor visitor) {
    read(starts(ends.keySet()), ends, visitor);
  }

  /// Visits every record from those starts and before those ends, in the order of offsets within
  /// each partition.
  ///
  /// @param starts must be offsets that are kept, for the partitions of `ends`
  /// @throws ClusterException when reading stalls or fails
  public void read(
      Map<TopicPartition, Long> starts, Map<TopicPartition, Long> ends, Visitor visitor) {
    var partitions = List.copyOf(ends.keySet());
    try {
      consumer.assign(partitions);
      consumer.resume(partitions); // an earlier reading may have paused some
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
  public Optional<ConsumerRecord<byte[], byte[]>> at(TopicPartition partition, long offset) {
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
    if (admin != null) admin.close(Duration.ZERO);
  }

  /// Failure for a pipeline's topic that does not exist.
  public static ClusterException missing(String pipeline, String topic) {
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
