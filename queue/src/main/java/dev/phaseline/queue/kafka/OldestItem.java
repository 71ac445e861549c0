package dev.phaseline.queue.kafka;

import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.topics.QueueBacklog.Part;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reader of the first open record of each partition, in no group. Stateless.
final class OldestItem {
  private static final Duration WAIT_MAX = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final int FETCH_WAIT_MS = 20;

  private OldestItem() {}

  /// The time at which the oldest of the first open items was created; empty when none can be read.
  static Optional<Instant> of(Map<String, ?> kafka, Map<TopicPartition, Part> parts) {
    var config = KafkaSettings.ofReader(kafka);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(config, bytes, bytes)) {
      var open = new HashSet<>(parts.keySet());
      consumer.assign(open);
      parts.forEach((partition, part) -> consumer.seek(partition, part.start()));
      var endNanos = System.nanoTime() + WAIT_MAX.toNanos();
      Instant oldest = null;
      while (!open.isEmpty() && System.nanoTime() - endNanos < 0) {
        for (var record : consumer.poll(POLL)) {
          var partition = new TopicPartition(record.topic(), record.partition());
          if (!open.remove(partition)) continue;
          consumer.pause(List.of(partition));
          var created = ItemRecords.createdOf(record);
          if (oldest == null || created.isBefore(oldest)) oldest = created;
        }
        open.removeIf(
            partition -> consumer.position(partition) >= parts.getOrDefault(partition, NONE).end());
      }
      return Optional.ofNullable(oldest);
    }
  }

  private static final Part NONE = new Part(0, 0, 0);
}
