package dev.phaseline.queue.kafka;

import dev.phaseline.queue.DeadItem;
import dev.phaseline.queue.DeadLetters;
import dev.phaseline.queue.QueueOptions;
import dev.phaseline.queue.QueueStorage;
import dev.phaseline.queue.QueueStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Queues of one namespace on Kafka. Thread-safe.
public final class KafkaQueueStorage implements QueueStorage {
  private final KafkaClients clients;
  private final Set<KafkaQueueStore> stores = ConcurrentHashMap.newKeySet();

  /// Makes one; connects when it is first needed.
  ///
  /// @param kafka settings of Kafka's clients
  /// @param clock for creation and lease times; it should agree with the brokers'
  public KafkaQueueStorage(Map<String, ?> kafka, KafkaQueueSettings settings, InstantSource clock) {
    clients = new KafkaClients(kafka, settings, clock);
  }

  @Override
  public List<String> names() {
    return new QueueAccess("*", clients).inWords(() -> clients.topics().names());
  }

  @Override
  public QueueStore open(String name, QueueOptions options) {
    var store = new KafkaQueueStore(name, clients, stores::remove);
    stores.add(store);
    return store;
  }

  @Override
  public DeadLetters deadLetters() {
    return new KafkaDeadLetters(this::recordOf, clients);
  }

  /// The record of an item that is claimed here; null when it is none, but another storage's.
  @Nullable ConsumerRecord<byte[], byte[]> recordOf(DeadItem letter) {
    for (var store : stores) {
      var record = store.recordOf(letter.item());
      if (record != null) return record;
    }
    return null;
  }

  @Override
  public void close() {
    List.copyOf(stores).forEach(KafkaQueueStore::close);
    clients.close();
  }
}
