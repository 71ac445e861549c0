package dev.phaseline.ops.cluster;

import dev.phaseline.schemas.KafkaSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Writer of one transaction under the one transactional id of a kind of commands. Opening it ends
/// whatever another had begun, and fences the other: who opened it, then read the topics, and gets
/// its transaction through, has decided on what is there. For one thread.
final class CommandWriter implements AutoCloseable {
  private static final Duration CLOSE = Duration.ofSeconds(2);

  private final KafkaProducer<byte[], byte[]> producer;

  private CommandWriter(KafkaProducer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /// @throws org.apache.kafka.common.KafkaException when the cluster does not take it
  static CommandWriter open(Map<String, ?> client, String transactionalId) {
    var config = KafkaSettings.ofProducer(client);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    config.put(ProducerConfig.CLIENT_ID_CONFIG, transactionalId);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    // Who is killed in between holds up readers for this long, unless the next command is faster.
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 8_000);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
    config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 20);
    var producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
      return new CommandWriter(producer);
    } catch (RuntimeException failed) {
      producer.close(Duration.ZERO);
      throw failed;
    }
  }

  /// Writes all of these or none.
  ///
  /// @return where each stands, in order
  /// @throws org.apache.kafka.common.KafkaException when that is not known to have happened
  List<RecordMetadata> write(List<ProducerRecord<byte[], byte[]>> records) {
    producer.beginTransaction();
    var sent = new ArrayList<Future<RecordMetadata>>(records.size());
    for (var record : records) sent.add(producer.send(record)); // a failed one fails the commit
    producer.commitTransaction();
    return sent.stream().map(Future::resultNow).toList();
  }

  @Override
  public void close() {
    producer.close(CLOSE);
  }
}
