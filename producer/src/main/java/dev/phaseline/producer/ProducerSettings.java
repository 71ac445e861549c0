package dev.phaseline.producer;

import dev.phaseline.schemas.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Completes the caller's producer settings, and refuses those that would break a promise.
final class ProducerSettings {
  /// A missing broker is reported after that long, not after Kafka's minute.
  private static final String MAX_BLOCK_MS = "15000";

  /// With more than one request on its way, a first batch that is refused (the leader has just
  /// changed, or the topic is new) and a second that is taken leave the first out of sequence for
  /// ever: order is broken, and the first is given up when its delivery times out. One at a time
  /// can't; larger batches make up for the speed.
  private static final String IN_FLIGHT = "1";

  private static final int BATCH_BYTES = 128 * 1024;

  private ProducerSettings() {}

  /// The caller's settings with ours.
  ///
  /// @param all may have settings of other kinds of clients, by their prefix
  /// @throws IllegalArgumentException naming the setting, its value and what to do
  static Map<String, Object> complete(Map<String, ?> all, JobClient.Settings settings) {
    var slips = KafkaSettings.slips(all);
    if (!slips.isEmpty()) throw new IllegalArgumentException(String.join("; ", slips));
    var given = KafkaSettings.ofProducer(all);
    var servers = given.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
    if (servers == null || servers.toString().isBlank()) {
      throw new IllegalArgumentException(
          "the setting bootstrap.servers is missing; name a broker, such as 127.0.0.1:9092");
    }
    if (given.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG) != null) {
      throw new IllegalArgumentException(
          "the setting transactional.id can't be used here; make the producer yourself and use"
              + " JobClient.withProducer");
    }
    must(given, ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    must(given, ProducerConfig.ACKS_CONFIG, "all", "-1");
    for (var serializer :
        new String[] {
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG
        }) {
      if (given.containsKey(serializer)) {
        throw new IllegalArgumentException(
            "the setting " + serializer + " has no effect; give the serializer to JobType.of");
      }
    }
    var config = new HashMap<String, Object>(given);
    config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
    config.putIfAbsent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, IN_FLIGHT);
    config.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, batchBytes(given));
    config.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, "phaseline-jobs");
    config.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, settings.recordBytesMax());
    config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    return config;
  }

  /// A buffer that the caller made small still holds a few batches.
  private static int batchBytes(Map<String, ?> given) {
    var buffer = given.get(ProducerConfig.BUFFER_MEMORY_CONFIG);
    if (buffer == null) return BATCH_BYTES;
    try {
      return Math.clamp(Long.parseLong(buffer.toString().strip()) / 4, 0, BATCH_BYTES);
    } catch (NumberFormatException invalid) {
      return BATCH_BYTES; // Kafka will say so itself
    }
  }

  /// For how long a batch waits for brokers that were there before.
  static Duration patience(Map<String, Object> config) {
    return Duration.ofMillis(new ProducerConfig(config).getInt("delivery.timeout.ms"));
  }

  private static void must(Map<String, ?> given, String name, String... allowed) {
    var value = given.get(name);
    if (value == null) return;
    for (var one : allowed) if (one.equals(value.toString())) return;
    throw new IllegalArgumentException(
        "the setting "
            + name
            + "="
            + value
            + " would lose or double jobs; leave it out or set it to "
            + allowed[0]);
  }
}
