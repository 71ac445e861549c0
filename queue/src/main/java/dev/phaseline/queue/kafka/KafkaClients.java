package dev.phaseline.queue.kafka;

import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.QueueBacklog;
import dev.phaseline.topics.QueueTopics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// The clients that all queues of a storage share: one admin client and one producer, made when
/// they are first needed. Thread-safe.
final class KafkaClients implements AutoCloseable {
  private static final Duration CLOSE_MAX = Duration.ofSeconds(5);
  private static final int REQUEST_BYTES_MAX = 101 << 20;
  private static final int LINGER_MS = 1;
  private static final int SEND_MS_MAX = 30_000;

  private final Map<String, ?> kafka;
  private final KafkaQueueSettings settings;
  private final InstantSource clock;
  private @Nullable Admin admin;
  private @Nullable ItemWriter writer;

  KafkaClients(Map<String, ?> kafka, KafkaQueueSettings settings, InstantSource clock) {
    this.kafka = Map.copyOf(kafka);
    this.settings = settings;
    this.clock = clock;
  }

  TopicNames names() {
    return settings.names();
  }

  KafkaQueueSettings settings() {
    return settings;
  }

  InstantSource clock() {
    return clock;
  }

  Map<String, ?> kafka() {
    return kafka;
  }

  synchronized Admin admin() {
    if (admin == null) admin = Admin.create(KafkaSettings.ofAdmin(kafka));
    return admin;
  }

  QueueTopics topics() {
    return new QueueTopics(admin(), settings.names(), settings.topics());
  }

  QueueBacklog backlog() {
    return new QueueBacklog(admin(), settings.names());
  }

  synchronized ItemWriter writer() {
    if (writer == null) {
      var config = new HashMap<>(KafkaSettings.ofProducer(kafka));
      config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
      config.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_MAX);
      config.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, SEND_MS_MAX);
      config.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, SEND_MS_MAX / 2);
      config.put(ProducerConfig.ACKS_CONFIG, "all");
      config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
      var serializer = new ByteArraySerializer();
      writer = new ItemWriter(new KafkaProducer<>(config, serializer, serializer));
    }
    return writer;
  }

  /// Settings of share consumers, without what queues decide and without what share groups refuse.
  Map<String, Object> consumerSettings() {
    var config = new HashMap<>(KafkaSettings.ofReader(kafka));
    config.remove(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG);
    config.remove(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG);
    config.remove(ConsumerConfig.ISOLATION_LEVEL_CONFIG);
    config.remove(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);
    return config;
  }

  @Override
  public synchronized void close() {
    if (writer != null) writer.close(CLOSE_MAX);
    if (admin != null) admin.close(CLOSE_MAX);
    writer = null;
    admin = null;
  }
}
