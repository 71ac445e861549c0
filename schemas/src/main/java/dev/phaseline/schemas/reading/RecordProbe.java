package dev.phaseline.schemas.reading;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.serialization.Deserializer;

/// Search for the record at which reading fails: a consumer of its own reads one partition record
/// by record, so that the place where it fails is exact. For one thread.
final class RecordProbe implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration CLOSE = Duration.ofSeconds(1);
  private static final int RECORDS_DEFAULT = 500;

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final int recordsMax;

  /// The record.
  ///
  /// @param offset where reading fails
  /// @param before the records before it, which can be read
  /// @param why it fails, in words
  record Found(long offset, List<ConsumerRecord<byte[], byte[]>> before, String why) {}

  RecordProbe(Map<String, Object> of, Deserializer<byte[]> keys, Deserializer<byte[]> values) {
    var config = new HashMap<String, Object>(of);
    config
        .keySet()
        .removeIf(
            name ->
                name.startsWith("group.")
                    || name.equals(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG)
                    || name.equals(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG));
    var named = config.get(CommonClientConfigs.CLIENT_ID_CONFIG);
    config.put(
        CommonClientConfigs.CLIENT_ID_CONFIG, (named == null ? "phaseline" : named) + "-probe");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    var records = of.get(ConsumerConfig.MAX_POLL_RECORDS_CONFIG);
    recordsMax = records == null ? RECORDS_DEFAULT : Integer.parseInt(records.toString());
    consumer = new KafkaConsumer<>(config, keys, values);
  }

  /// Reads as many records as one poll may bring.
  ///
  /// @return where it fails; empty when it does not
  Optional<Found> find(TopicPartition partition, long from) {
    var before = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    consumer.assign(List.of(partition));
    consumer.seek(partition, from);
    var end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
    var endNanos = System.nanoTime() + PATIENCE.toNanos();
    while (before.size() < recordsMax
        && consumer.position(partition) < end
        && System.nanoTime() < endNanos) {
      try {
        for (var record : consumer.poll(POLL)) before.add(record);
      } catch (RecordDeserializationException refused) {
        return Optional.of(new Found(refused.offset(), before, GuardedConsumer.why(refused)));
      } catch (OutOfMemoryError full) {
        return Optional.of(
            new Found(consumer.position(partition), before, GuardedConsumer.why(full)));
      } catch (KafkaException failed) {
        if (!GuardedConsumer.isOfRecord(failed)) throw failed;
        return Optional.of(
            new Found(consumer.position(partition), before, GuardedConsumer.why(failed)));
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSE));
  }
}
