package dev.phaseline.queue.kafka;

import dev.phaseline.queue.QueueUnavailableException;
import dev.phaseline.queue.UnknownQueueException;
import dev.phaseline.topics.ClusterException;
import dev.phaseline.topics.ShareGroupSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// One queue's access to the cluster: whether it is there, how its group is set, its clients; and
/// Kafka's failures in the words of queues. Thread-safe.
final class QueueAccess implements QueuePresence {
  /// A queue that was there is believed to be for so long.
  private static final long BELIEVED_NANOS = Duration.ofSeconds(1).toNanos();

  private static final Duration FETCH_WAIT = Duration.ofMillis(250);
  private static final String UNUSED = "the share group is not used yet";

  private final String queue;
  private final KafkaClients clients;
  private final AtomicLong seenNanos = new AtomicLong();
  private volatile boolean seen;
  private volatile int leaders = 1;
  private volatile int partitions = 1;
  private volatile @Nullable ShareGroupSettings group;

  QueueAccess(String queue, KafkaClients clients) {
    this.queue = queue;
    this.clients = clients;
  }

  @Override
  public String queue() {
    return queue;
  }

  String topic() {
    return clients.names().queueItems(queue);
  }

  Instant now() {
    return clients.clock().instant();
  }

  KafkaClients clients() {
    return clients;
  }

  @Override
  public void requireExists() {
    var now = System.nanoTime();
    if (seen && now - seenNanos.get() < BELIEVED_NANOS) return;
    seenNanos.set(now); // others believe it while this one asks
    var described = inWords(() -> clients.topics().describe(queue));
    seen = described != null;
    if (described == null) throw new UnknownQueueException(queue);
    var nodes =
        described.partitions().stream()
            .map(partition -> partition.leader() == null ? -1 : partition.leader().id())
            .distinct()
            .count();
    leaders = (int) nodes;
    partitions = described.partitions().size();
  }

  @Override
  public void forget() {
    seen = false;
    group = null;
  }

  /// Refuses what can't be claimed from, before the first claim.
  ///
  /// @throws QueueUnavailableException when the cluster or the group can't do what a queue needs
  void requireGroup() {
    if (group != null) return;
    inWords(
        () -> {
          clients.topics().requireShareGroups();
          return "";
        });
    var settings = inWords(() -> clients.topics().groupSettings(queue));
    if (!settings.renews()) {
      throw new QueueUnavailableException(
          queue,
          "its share group does not renew locks; create the queue again, or set"
              + " share.renew.acknowledge.enable=true for group "
              + topic(),
          null);
    }
    group = settings;
  }

  ShareGroupSettings group() {
    var known = group;
    if (known == null) throw new IllegalStateException(UNUSED);
    return known;
  }

  int partitions() {
    return partitions;
  }

  int leaders() {
    return leaders;
  }

  /// A consumer that fetches no more than so many records, and holds them until they end.
  KafkaShareConsumer<byte[], byte[]> consumer(int size) {
    var settings = new HashMap<>(clients.consumerSettings());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, topic());
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, size);
    settings.put(ConsumerConfig.SHARE_ACQUIRE_MODE_CONFIG, "record_limit");
    settings.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, (int) FETCH_WAIT.toMillis());
    // A member polls only while a claim waits; its heartbeats go on all the same.
    settings.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Integer.MAX_VALUE);
    settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return inWords(() -> new KafkaShareConsumer<>(settings));
  }

  /// Writes items anew, with the deliveries that they had before this one.
  void rewrite(List<Held> records) {
    var copies =
        records.stream().map(one -> ItemRecords.again(one.record(), one.deliveries())).toList();
    write(copies);
  }

  /// Writes an item anew and ends its claim.
  boolean putBack(Held one) {
    rewrite(List.of(one));
    return await(one.member().settle(one.token(), AcknowledgeType.ACCEPT));
  }

  /// Sends records, and returns when brokers have them.
  void write(List<ProducerRecord<byte[], byte[]>> records) {
    clients.writer().write(this, records);
  }

  /// The result of what a member was asked.
  boolean await(CompletableFuture<Boolean> answer) {
    try {
      return answer.join();
    } catch (java.util.concurrent.CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException failure) throw failure;
      throw failed;
    }
  }

  /// Runs the work; failures of Kafka become failures of this queue.
  <T extends @Nullable Object> T inWords(Supplier<T> work) {
    try {
      return work.get();
    } catch (ClusterException | KafkaException failed) {
      throw unavailable(failed);
    }
  }

  QueueUnavailableException unavailable(RuntimeException failure) {
    if (failure instanceof QueueUnavailableException said) return said;
    return new QueueUnavailableException(queue, String.valueOf(failure.getMessage()), failure);
  }
}
