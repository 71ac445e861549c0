package dev.phaseline.worker.client;

import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.worker.WorkerConfig;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The client properties of a lane. What exactly-once rests on is put last, so that nobody can
/// change it by accident.
///
/// The times fit together: a request (5 s) fails before a delivery (10 s), a delivery before a
/// transaction (15 s), and all of them long before the group gives the member up (300 s), which
/// never happens because of a handler, since no handler runs on the polling thread.
public final class ClientSettings {
  /// The time that a transaction may stay open whose producer gives no sign of life.
  public static final Duration TRANSACTION = Duration.ofSeconds(15);

  private static final String INTERCEPTORS = "interceptor.classes"; // both kinds' name for it
  private static final String PARTITIONER = ProducerConfig.PARTITIONER_CLASS_CONFIG;
  private static final Duration REQUEST = Duration.ofSeconds(5);
  private static final Duration DELIVERY = Duration.ofSeconds(10);
  private static final int REQUEST_BYTES_MAX = 8 << 20; // topics usually take less, they decide
  private static final Duration MAX_POLL = Duration.ofMinutes(5);

  private ClientSettings() {}

  /// Settings of a lane's consumer.
  ///
  /// @param pollItems the most records that one poll may bring
  public static Map<String, Object> consumer(
      WorkerConfig config, String group, String clientId, int pollItems) {
    var out = KafkaSettings.ofConsumer(config.kafka());
    out.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, pollItems); // part of the in-flight limit
    out.putIfAbsent(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 500);
    out.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    out.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    out.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    out.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    out.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"); // a lost offset must not be guessed
    out.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    out.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    out.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    out.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int) MAX_POLL.toMillis());
    switch (config.tuning().protocol()) {
      case CONSUMER -> out.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "consumer");
      case CLASSIC -> {
        out.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        out.put(
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            CooperativeStickyAssignor.class.getName());
      }
    }
    PlugIns.put(INTERCEPTORS, GuardedInterceptors.OfConsumer.class, out);
    PlugInGuards.guard(out);
    return out;
  }

  /// Of the consumer that hears what operators say: in no group, so that every worker hears all.
  ///
  /// @param part of the client's id, before the server's name
  public static Map<String, Object> control(WorkerConfig config, String part) {
    var out = KafkaSettings.ofReader(config.kafka());
    out.put(CommonClientConfigs.CLIENT_ID_CONFIG, part + '-' + config.server());
    out.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    out.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    out.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"); // reading twice changes nothing
    out.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    out.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    out.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    PlugIns.put(INTERCEPTORS, GuardedInterceptors.OfConsumer.class, out);
    PlugInGuards.guard(out);
    return out;
  }

  /// Of the producer of heartbeats. The next one comes in a second: none is worth waiting for.
  public static Map<String, Object> heartbeats(WorkerConfig config) {
    var out = KafkaSettings.ofProducer(config.kafka());
    out.put(CommonClientConfigs.CLIENT_ID_CONFIG, "heartbeat-" + config.server());
    out.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    out.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    out.put(ProducerConfig.ACKS_CONFIG, "1");
    out.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, false);
    out.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    out.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 500);
    out.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 2_000);
    out.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3_000);
    out.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 1L << 20);
    PlugIns.put(INTERCEPTORS, GuardedInterceptors.OfProducer.class, out);
    PlugIns.putOne(PARTITIONER, GuardedPartitioner.class, out);
    PlugInGuards.guard(out);
    return out;
  }

  /// Of an admin client that asks beside the lanes: it must not wait for long.
  public static Map<String, Object> admin(WorkerConfig config, String clientId, Duration answer) {
    var out = KafkaSettings.ofAdmin(config.kafka());
    out.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    out.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) answer.toMillis());
    out.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) answer.toMillis());
    PlugInGuards.guard(out);
    return out;
  }

  /// The largest request, and so the largest record, that the producers send.
  public static int requestBytesMax(WorkerConfig config) {
    var set = new ProducerConfig(producer(config, "limits")); // it reads numbers as producers do
    return set.getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
  }

  public static Map<String, Object> producer(WorkerConfig config, String transactionalId) {
    var out = KafkaSettings.ofProducer(config.kafka());
    out.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
    out.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
    out.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    out.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_MAX);
    out.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 5);
    out.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 500);
    out.put(CommonClientConfigs.CLIENT_ID_CONFIG, transactionalId);
    out.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    out.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    out.put(ProducerConfig.ACKS_CONFIG, "all");
    out.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    out.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST.toMillis());
    out.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY.toMillis());
    out.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY.toMillis());
    out.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    out.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int) TRANSACTION.toMillis());
    PlugIns.put(INTERCEPTORS, GuardedInterceptors.OfProducer.class, out);
    PlugIns.putOne(PARTITIONER, GuardedPartitioner.class, out);
    PlugInGuards.guard(out);
    return out;
  }
}
