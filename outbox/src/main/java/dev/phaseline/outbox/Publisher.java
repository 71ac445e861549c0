package dev.phaseline.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.Clipped;
import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.schemas.control.OutboxState;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// Kafka's side of a relay: transactions, each of a batch of rows and the position behind it, under
/// the transactional id of the outbox. When one of the same id is opened elsewhere, this one's
/// transactions fail. For the relay's thread.
final class Publisher implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(15);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(2);

  /// Larger ones are the matter of the topic's own limit.
  private static final int REQUEST_BYTES_MAX = 32 << 20;

  private final KafkaProducer<byte[], byte[]> producer;
  private final Admin admin;
  private final String positions;
  private final Set<String> known = new HashSet<>();

  private Publisher(KafkaProducer<byte[], byte[]> producer, Admin admin, String positions) {
    this.producer = producer;
    this.admin = admin;
    this.positions = positions;
  }

  private record Failure(String topic, Throwable cause) {}

  /// Opens one, and fences those that are open. What they have begun is aborted, or finished if it
  /// was decided.
  ///
  /// @throws KafkaException when that can't be
  static Publisher open(Map<String, ?> kafka, RelayConfig config) throws InterruptedException {
    var admin = Admin.create(KafkaSettings.ofAdmin(kafka));
    KafkaProducer<byte[], byte[]> producer = null;
    try {
      var positions = config.names().outbox();
      if (!isThere(admin, positions)) {
        throw new KafkaException(
            "there is no topic " + positions + ": create it with `phaseline topics create`");
      }
      producer = new KafkaProducer<>(settings(kafka, config.transactionalId()));
      producer.initTransactions();
      return new Publisher(producer, admin, positions);
    } catch (Throwable failed) {
      if (producer != null) producer.close(Duration.ZERO);
      admin.close(Duration.ZERO);
      throw failed;
    }
  }

  private static Map<String, Object> settings(Map<String, ?> kafka, String id) {
    var config = KafkaSettings.ofProducer(kafka);
    config.putIfAbsent(ProducerConfig.CLIENT_ID_CONFIG, "phaseline-outbox");
    config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
    config.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
    config.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    // what a dead relay left open hides records no longer than this
    config.putIfAbsent(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 15_000);
    // a transaction that meets the markers of the last one would wait for 100 ms
    config.putIfAbsent(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 2);
    config.putIfAbsent(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
    config.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.putIfAbsent(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, REQUEST_BYTES_MAX);
    // more would give up the order where a leader is not ready for the first
    config.putIfAbsent(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return config;
  }

  /// The topics of these rows that are not there, each with the reason and the remedy. Asked of the
  /// brokers once for each topic, because a producer waits for a missing one, and may have it made.
  Map<String, String> missing(List<OutboxRow> rows) throws InterruptedException {
    var missing = new HashMap<String, String>();
    for (var row : rows) {
      var topic = row.topic();
      if (known.contains(topic) || missing.containsKey(topic)) continue;
      try {
        if (isThere(admin, topic)) known.add(topic);
        else missing.put(topic, "there is no such topic: create it with `phaseline topics create`");
      } catch (KafkaException refused) {
        var reason = KafkaFailureText.ofTopic(refused);
        if (reason == null) throw refused;
        missing.put(topic, reason);
      }
    }
    return missing;
  }

  private static boolean isThere(Admin admin, String topic) throws InterruptedException {
    try {
      admin
          .describeTopics(List.of(topic))
          .allTopicNames()
          .get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException refused) {
      if (refused.getCause()
          instanceof org.apache.kafka.common.errors.UnknownTopicOrPartitionException) {
        return false;
      }
      throw new KafkaException(KafkaFailureText.of(refused), refused.getCause());
    } catch (TimeoutException silent) {
      throw new KafkaException(
          "no broker answered within "
              + ANSWER_MAX.toSeconds()
              + " s: check that Kafka runs, and the setting bootstrap.servers",
          silent);
    }
  }

  /// Publishes rows and the position behind them in one transaction.
  ///
  /// @throws HeldTopicException when a row can't be published now for a reason of its topic;
  ///   nothing is published then, and this one can go on
  /// @throws KafkaException when something else fails, also when the transaction may have happened:
  ///   this one can't go on
  void publish(List<OutboxRow> rows, OutboxState state) throws HeldTopicException {
    var failures = new ConcurrentLinkedQueue<Failure>();
    producer.beginTransaction();
    for (var row : rows) send(record(row), failures);
    var key = state.outbox().getBytes(UTF_8);
    send(new ProducerRecord<>(positions, 0, key, state.toBytes()), failures);
    producer.flush();
    if (failures.isEmpty()) {
      producer.commitTransaction();
      return;
    }
    producer.abortTransaction();
    for (var failure : failures) {
      var reason = KafkaFailureText.ofTopic(failure.cause());
      if (reason == null || failure.topic().equals(positions)) continue;
      known.remove(failure.topic());
      throw new HeldTopicException(failure.topic(), reason, failure.cause());
    }
    var first = failures.remove();
    throw new KafkaException(KafkaFailureText.of(first.cause()), first.cause());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the callback has the same
  private void send(
      ProducerRecord<byte[], byte[]> record, ConcurrentLinkedQueue<Failure> failures) {
    try {
      producer.send(
          record,
          (_, failed) -> {
            if (failed != null) failures.add(new Failure(record.topic(), failed));
          });
    } catch (ApiException refused) {
      failures.add(new Failure(record.topic(), refused));
    }
  }

  private ProducerRecord<byte[], byte[]> record(OutboxRow row) throws HeldTopicException {
    try {
      return new ProducerRecord<>(
          row.topic(), null, null, row.key(), row.payload(), HeaderLine.read(row.headers()));
    } catch (IllegalArgumentException malformed) {
      producer.abortTransaction();
      throw new HeldTopicException(
          row.topic(),
          "row "
              + row.id()
              + " has headers that can't be read ("
              + Clipped.of(String.valueOf(malformed.getMessage()))
              + "): correct or delete it",
          malformed);
    }
  }

  /// Never throws, and waits for little: what is open is aborted by the next one, or by brokers.
  @Override
  public void close() {
    try {
      producer.close(CLOSE_MAX);
    } catch (KafkaException gone) {
      // nothing depends on it
    }
    admin.close(CLOSE_MAX);
  }
}
