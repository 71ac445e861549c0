package dev.phaseline.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.schemas.control.OutboxState;
import dev.phaseline.schemas.control.UnreadableControlException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reader of the last committed position of an outbox in Kafka. For the relay's thread, after its
/// producer has fenced those before it: then no other record of the outbox can follow.
///
/// The topic has other outboxes' records too, and an open transaction of one of them hides what was
/// committed behind it. So the end that is read up to is that of all records, and what is hidden is
/// waited for: brokers abort a transaction that nothing goes on with.
final class PositionReader {
  /// Records that are read first, from the end. A position that is further away is looked for from
  /// the beginning.
  private static final long TAIL = 2_000;

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration BOUND = Duration.ofSeconds(90);
  private static final String CLIENT_ID = "phaseline-outbox-position";

  private final Map<String, ?> kafka;
  private final TopicPartition partition;
  private final byte[] key;
  private final Stop stop;

  /// @param topic where positions are
  /// @param outbox whose is read
  PositionReader(Map<String, ?> kafka, String topic, String outbox, Stop stop) {
    this.kafka = kafka;
    this.partition = new TopicPartition(topic, 0);
    this.key = outbox.getBytes(UTF_8);
    this.stop = stop;
  }

  /// The position; empty when there is none.
  ///
  /// @throws TimeoutException when it can't be read to the end in time
  Optional<OutboxState> read() {
    try (var all = consumer(IsolationLevel.READ_UNCOMMITTED);
        var committed = consumer(IsolationLevel.READ_COMMITTED)) {
      var partitions = List.of(partition);
      all.assign(partitions);
      var start = all.beginningOffsets(partitions).getOrDefault(partition, 0L);
      var end = all.endOffsets(partitions).getOrDefault(partition, 0L);
      committed.assign(partitions);
      var near = Math.max(start, end - TAIL);
      var found = last(committed, near, end);
      return found.isPresent() || near == start ? found : last(committed, start, near);
    }
  }

  private Optional<OutboxState> last(KafkaConsumer<byte[], byte[]> consumer, long from, long to) {
    consumer.seek(partition, from);
    Optional<OutboxState> last = Optional.empty();
    var sinceNanos = System.nanoTime();
    while (consumer.position(partition) < to && !stop.isRequested()) {
      for (var record : consumer.poll(POLL)) {
        if (record.offset() >= to || !Arrays.equals(record.key(), key)) continue;
        last = record.value() == null ? Optional.empty() : Optional.of(read(record.value()));
      }
      if (System.nanoTime() - sinceNanos > BOUND.toNanos()) {
        throw new TimeoutException(
            "the position can't be read to the end of "
                + partition.topic()
                + ": `phaseline transactions` shows which transaction hides it");
      }
    }
    return last;
  }

  /// The position of a record. One that can't be read is no reason to take an older one for the
  /// last.
  private OutboxState read(byte[] value) {
    try {
      return OutboxState.read(value);
    } catch (UnreadableControlException foreign) {
      throw new UnusableOutboxException(
          "the position in "
              + partition.topic()
              + " can't be read ("
              + foreign.getMessage()
              + "): start the release of Phaseline that wrote it");
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer(IsolationLevel isolation) {
    var config = KafkaSettings.ofReader(kafka);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString());
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.putIfAbsent(ConsumerConfig.CLIENT_ID_CONFIG, CLIENT_ID);
    var bytes = new ByteArrayDeserializer();
    return new KafkaConsumer<>(config, bytes, bytes);
  }
}
