package dev.phaseline.bench.contender;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Client settings. Those in [#PRODUCER] and [#CONSUMER] mean the same to everyone, so everyone has
/// them from here, Phaseline's own worker too.
public final class Clients {
  /// The most records of a poll, and so of a transaction of the peers: as many as Phaseline puts
  /// into one.
  public static final int POLL_RECORDS_MAX = 4_000;

  /// Shared by all producers. Acks and idempotence are on for everyone anyway.
  public static final Map<String, Object> PRODUCER =
      Map.of(
          ProducerConfig.ACKS_CONFIG,
          "all",
          ProducerConfig.COMPRESSION_TYPE_CONFIG,
          "none",
          ProducerConfig.LINGER_MS_CONFIG,
          5,
          ProducerConfig.BATCH_SIZE_CONFIG,
          128 * 1024,
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          64L << 20);

  /// Shared by all consumers.
  public static final Map<String, Object> CONSUMER =
      Map.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS_MAX);

  /// A setting of tuned peers: the pause after the broker's answer "still writing the markers of
  /// your last transaction". Kafka's own 100 ms are most of a small transaction's time.
  static final int TUNED_RETRY_BACKOFF_MS = 1;

  private Clients() {}

  /// A consumer of a peer: transactional input, offsets committed by the transaction.
  static Map<String, Object> consumer(Course course, int phase) {
    var out = new HashMap<>(CONSUMER);
    out.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, course.bootstrap());
    out.put(ConsumerConfig.GROUP_ID_CONFIG, course.group(phase));
    out.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    out.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    out.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    out.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    out.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return out;
  }

  /// A transactional producer of a peer, without its transactional id.
  static Map<String, Object> producer(Course course, boolean tuned) {
    var out = new HashMap<>(PRODUCER);
    out.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, course.bootstrap());
    out.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    out.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    if (tuned) out.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, TUNED_RETRY_BACKOFF_MS);
    return out;
  }
}
