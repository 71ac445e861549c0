package dev.phaseline.worker;

import dev.phaseline.core.engine.Sink;
import dev.phaseline.worker.client.ClientSettings;
import dev.phaseline.worker.kafka.KafkaLog;
import dev.phaseline.worker.kafka.LaneSinks;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;

/// The sinks of an [AtLeastOnceWorker], one for each lane, each with an idempotent producer that
/// has the settings of the worker's own but for the transactional id. Thread-safe.
final class AtLeastOnceSinks implements LaneSinks, AutoCloseable {
  private final WorkerConfig config;
  private final Map<String, Producer<byte[], byte[]>> producers = new ConcurrentHashMap<>();

  AtLeastOnceSinks(WorkerConfig config) {
    this.config = config;
  }

  @Override
  public Sink of(String lane, KafkaLog log, Consumer<byte[], byte[]> consumer) {
    return new AtLeastOnceSink(log, consumer, producers.computeIfAbsent(lane, this::producer));
  }

  private Producer<byte[], byte[]> producer(String lane) {
    var settings = ClientSettings.producer(config, lane);
    settings.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    settings.remove(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG);
    return new KafkaProducer<>(settings);
  }

  @Override
  public void close() {
    producers.values().forEach(producer -> producer.close(Duration.ofSeconds(2)));
  }
}
