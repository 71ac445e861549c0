package dev.phaseline.ops.dead;

import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.topics.ClusterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Writes whole transactions under one transactional id, which only the newest process that uses it
/// can do. For one thread.
final class DeskProducer implements AutoCloseable {
  private static final int REQUEST_BYTES_MAX = 100 << 20; // the topics decide

  private final KafkaProducer<byte[], byte[]> producer;

  /// A record of a transaction is larger than its topic takes; nothing of it was written.
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLargeException(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }

  private DeskProducer(KafkaProducer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /// Takes the id over: when this returns, whatever an earlier holder had begun is committed or
  /// aborted, and it can write no more.
  ///
  /// @throws ClusterException when the cluster does not answer
  static DeskProducer open(Map<String, ?> client, String transactionalId) {
    var config = KafkaSettings.ofProducer(client);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    config.put(ProducerConfig.CLIENT_ID_CONFIG, transactionalId);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_MAX);
    config.putIfAbsent(ProducerConfig.BUFFER_MEMORY_CONFIG, 128L << 20);
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 5);
    // A process that is killed holds up readers for this long, unless the next desk is faster.
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 15_000);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 12_000);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 30_000);
    var producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
      return new DeskProducer(producer);
    } catch (ProducerFencedException | InvalidProducerEpochException raced) {
      producer.close(java.time.Duration.ZERO);
      throw new TakenOverException(raced);
    } catch (KafkaException failed) {
      producer.close(java.time.Duration.ZERO);
      throw new ClusterException(
          "can't begin to write as " + transactionalId + ": " + failed.getMessage(), failed);
    }
  }

  /// Writes all of these or none.
  ///
  /// @return where each stands, in order
  /// @throws TakenOverException when somebody else has the id now; whether these were written is
  ///   for the log to say
  /// @throws TooLargeException when none was written because one is too large
  /// @throws ClusterException when the cluster does not answer; whether these were written is for
  ///   the log to say
  List<RecordMetadata> write(List<ProducerRecord<byte[], byte[]>> records) {
    try {
      producer.beginTransaction();
      var sent = new ArrayList<Future<RecordMetadata>>(records.size());
      for (var record : records) sent.add(producer.send(record));
      producer.commitTransaction();
      var places = new ArrayList<RecordMetadata>(sent.size());
      for (var one : sent) places.add(one.resultNow());
      return places;
    } catch (KafkaException failed) {
      throw sorted(failed);
    }
  }

  private RuntimeException sorted(KafkaException failed) {
    for (Throwable at = failed; at != null; at = at.getCause()) {
      if (at instanceof ProducerFencedException || at instanceof InvalidProducerEpochException) {
        return new TakenOverException(failed);
      }
      if (at instanceof RecordTooLargeException) return afterTooLarge(at);
    }
    return new ClusterException(
        "the cluster did not take a transaction: "
            + failed.getMessage()
            + " (what was done is not done twice)",
        failed);
  }

  private RuntimeException afterTooLarge(Throwable tooLarge) {
    try {
      producer.abortTransaction();
      return new TooLargeException(tooLarge);
    } catch (KafkaException failed) {
      return sorted(failed);
    }
  }

  @Override
  public void close() {
    producer.close(java.time.Duration.ofSeconds(5));
  }
}
