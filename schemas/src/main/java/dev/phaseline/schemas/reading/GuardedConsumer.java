package dev.phaseline.schemas.reading;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/// Kafka consumer for which a record that can't be read is an event of its partition, not its own
/// end. Such are records that unpack to more than is read at most, those for which the heap has no
/// room, and those whose batch is damaged. All others are returned as by any consumer.
///
/// Brokers check the size of a batch as it came, compressed: 12 kB of zstd may unpack to hundreds
/// of megabytes, which Kafka's consumer allocates inside `poll`. When that fails there, what the
/// poll had read before is read again, and a second consumer finds the record, one record at a time
/// (docs/decisions/0022). An `OutOfMemoryError` for which no record is found is thrown on.
///
/// For one thread, as its superclass.
public class GuardedConsumer extends KafkaConsumer<byte[], byte[]> {
  /// System property: the most bytes that a key or a value may unpack to.
  public static final String RECORD_BYTES_MAX = "phaseline.record.bytes.max";

  private static final long RECORD_BYTES_MIN = 16L << 20;
  private static final int HEAP_SHARE = 8;

  /// The start of Kafka's message for a record of a partition that can't be had.
  private static final String OF_RECORD = "Received exception when fetching the next record from ";

  private final Map<String, Object> config;
  private final Deserializer<byte[]> keys;
  private final Deserializer<byte[]> values;
  private final UnreadableRecords policy;
  private final Map<TopicPartition, Long> next = new HashMap<>();

  /// A consumer that returns keys and values as they are.
  ///
  /// @param config of the consumer; deserializers in it are left alone
  /// @param policy what becomes of records that can't be read
  public GuardedConsumer(Map<String, Object> config, UnreadableRecords policy) {
    this(config, new BoundedBytes(recordBytesMax()), policy);
  }

  /// A consumer that returns other values, for callers that don't need them.
  ///
  /// @param values makes them
  public GuardedConsumer(
      Map<String, Object> config, Deserializer<byte[]> values, UnreadableRecords policy) {
    this(config, new BoundedBytes(recordBytesMax()), values, policy);
  }

  private GuardedConsumer(
      Map<String, Object> config,
      Deserializer<byte[]> keys,
      Deserializer<byte[]> values,
      UnreadableRecords policy) {
    super(config, keys, values);
    this.config = new HashMap<>(config); // Kafka Streams gives some settings no value
    this.keys = keys;
    this.values = values;
    this.policy = policy;
  }

  /// The most bytes that a key or a value may unpack to: what the system property says, or an
  /// eighth of the heap, and not less than 16 MiB.
  public static long recordBytesMax() {
    var share = Math.max(RECORD_BYTES_MIN, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    return Long.getLong(RECORD_BYTES_MAX, share);
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    try {
      var records = super.poll(timeout);
      records.nextOffsets().forEach((partition, at) -> next.put(partition, at.offset()));
      return records;
    } catch (RecordDeserializationException refused) {
      return passed(refused.topicPartition(), refused.offset(), List.of(), why(refused));
    } catch (OutOfMemoryError full) {
      var records = searched();
      if (records == null) throw full;
      return records;
    } catch (KafkaException failed) {
      var records = isOfRecord(failed) ? searched() : null;
      if (records == null) throw failed;
      return records;
    }
  }

  static boolean isOfRecord(KafkaException failed) {
    return failed instanceof CorruptRecordException
        || String.valueOf(failed.getMessage()).startsWith(OF_RECORD);
  }

  static String why(Throwable thrown) {
    if (thrown instanceof OutOfMemoryError) {
      return "the heap of %,d bytes has no room for what it unpacks to"
          .formatted(Runtime.getRuntime().maxMemory());
    }
    var innermost = thrown;
    for (var depth = 0; innermost.getCause() != null && depth < 20; depth++) {
      innermost = innermost.getCause();
    }
    return String.valueOf(innermost.getMessage()).replaceAll("\\s+", " ");
  }

  /// Finds the record at which the last poll failed. That poll may have read others before it,
  /// which were not returned: all partitions that it read are put back.
  ///
  /// @return the records before it; null when there is no such record
  private @Nullable ConsumerRecords<byte[], byte[]> searched() {
    var starts = putBack();
    try (var probe = new RecordProbe(config, keys, values)) {
      for (var start : starts.entrySet()) {
        var found = probe.find(start.getKey(), start.getValue());
        if (found.isEmpty()) continue;
        var one = found.get();
        return passed(start.getKey(), one.offset(), one.before(), one.why());
      }
    }
    return null;
  }

  private Map<TopicPartition, Long> putBack() {
    var read = new HashSet<>(assignment());
    read.removeAll(paused());
    var starts = new HashMap<TopicPartition, Long>();
    var unknown = new HashSet<TopicPartition>();
    for (var partition : read) {
      var from = next.get(partition);
      if (from == null) unknown.add(partition);
      else starts.put(partition, from);
    }
    if (!unknown.isEmpty()) {
      starts.putAll(beginningOffsets(unknown));
      if (config.get(ConsumerConfig.GROUP_ID_CONFIG) != null) {
        committed(unknown)
            .forEach(
                (partition, at) -> {
                  if (at != null) starts.put(partition, at.offset());
                });
      }
    }
    starts.forEach(this::seek);
    return starts;
  }

  private ConsumerRecords<byte[], byte[]> passed(
      TopicPartition partition,
      long offset,
      List<ConsumerRecord<byte[], byte[]>> before,
      String why) {
    try {
      var from = policy.skip(partition, offset, why) ? offset + 1 : offset;
      seek(partition, from);
      if (from == offset) pause(List.of(partition));
      return new ConsumerRecords<>(
          before.isEmpty() ? Map.of() : Map.of(partition, before),
          Map.of(partition, new OffsetAndMetadata(from)));
    } catch (IllegalStateException notOurs) {
      return ConsumerRecords.empty(); // the partition has changed hands: its next owner finds it
    }
  }

  @Override
  public void seek(TopicPartition partition, long offset) {
    super.seek(partition, offset);
    next.put(partition, offset);
  }

  @Override
  public void seek(TopicPartition partition, OffsetAndMetadata at) {
    super.seek(partition, at);
    next.put(partition, at.offset());
  }

  @Override
  public void seekToBeginning(Collection<TopicPartition> partitions) {
    super.seekToBeginning(partitions);
    next.keySet().removeAll(partitions);
  }

  @Override
  public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
    super.subscribe(topics, forgetting(listener));
  }

  @Override
  public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
    super.subscribe(pattern, forgetting(listener));
  }

  /// The listener that forgets positions: one from before means nothing when a partition comes
  /// back.
  private ConsumerRebalanceListener forgetting(ConsumerRebalanceListener inner) {
    return new ConsumerRebalanceListener() {
      @Override
      public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        next.keySet().removeAll(partitions);
        inner.onPartitionsAssigned(partitions);
      }

      @Override
      public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        next.keySet().removeAll(partitions);
        inner.onPartitionsRevoked(partitions);
      }

      @Override
      public void onPartitionsLost(Collection<TopicPartition> partitions) {
        next.keySet().removeAll(partitions);
        inner.onPartitionsLost(partitions);
      }
    };
  }
}
