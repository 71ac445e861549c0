package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A transaction that was begun under some transactional id, wrote a record to each partition of a
/// topic, and waits for whatever may come, for longer than a test takes. The broker must allow
/// that: [#TIMEOUT_MAX_MS].
public final class LeftOpen implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  /// The broker's `transaction.max.timeout.ms`.
  public static final String TIMEOUT_MAX_MS = Long.toString(TIMEOUT.toMillis());

  private final KafkaProducer<byte[], byte[]> producer;
  private final Rig rig;
  private final String id;

  public LeftOpen(Rig rig, String id, String topic) {
    this.rig = rig;
    this.id = id;
    var settings = new HashMap<>(rig.client());
    settings.put("transactional.id", id);
    settings.put("transaction.timeout.ms", (int) TIMEOUT.toMillis());
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    producer.beginTransaction();
    for (var partition : producer.partitionsFor(topic)) {
      Rig.answer(
          producer.send(
              new ProducerRecord<>(topic, partition.partition(), null, "ghost".getBytes(UTF_8))));
    }
  }

  /// Adds an offset, as far as a worker that was about to commit would have come.
  public LeftOpen moving(String group, TopicPartition partition, long offset) {
    var settings = new HashMap<>(rig.client());
    settings.put("group.id", group);
    try (var nobody =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      producer.sendOffsetsToTransaction(
          Map.of(partition, new OffsetAndMetadata(offset)), nobody.groupMetadata());
    }
    return this;
  }

  public String id() {
    return id;
  }

  /// Tries to end it well: throws when somebody has ended it already.
  public void commit() {
    producer.commitTransaction();
  }

  /// The transactions that are under way, by id.
  public static Set<String> all(Rig rig) {
    var options = new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING));
    return Rig.answer(rig.admin().listTransactions(options).all()).stream()
        .map(TransactionListing::transactionalId)
        .collect(Collectors.toSet());
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
