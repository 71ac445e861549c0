package dev.phaseline.embedded.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/// Keeps entries in a compacted topic of one partition.
///
/// Writes are transactions of one transactional id a topic. So a registry that starts on the topic
/// fences the one before it, and whatever that one was about to write is decided before the new one
/// has read to the end: two can't give out one id.
final class TopicStore implements RegistryStore {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LOOK_MS = 20;

  private final Map<String, Object> client;
  private final String topic;
  private final TopicPartition partition;
  private @Nullable Producer<String, String> producer;

  TopicStore(Map<String, Object> kafkaClientProps, String topic) {
    client = new HashMap<>(kafkaClientProps);
    this.topic = topic;
    partition = new TopicPartition(topic, 0);
  }

  @Override
  public List<StoredEntry> load() {
    try (var admin = Admin.create(withTimeouts(client))) {
      closeProducer();
      ensureTopic(admin);
      producer = takeOver();
      var end =
          admin.listOffsets(Map.of(partition, OffsetSpec.latest())).partitionResult(partition);
      return readUpTo(end.get().offset());
    } catch (InterruptedException interrupted) {
      throw new InterruptException(interrupted);
    } catch (ExecutionException failed) {
      throw unusable(failed.getCause());
    } catch (KafkaException failed) {
      throw unusable(failed);
    }
  }

  private StoreException unusable(@Nullable Throwable cause) {
    return new StoreException(
        "the schema registry can't use topic '"
            + topic
            + "' on "
            + client.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)
            + ": "
            + cause,
        cause);
  }

  private static Map<String, Object> withTimeouts(Map<String, Object> props) {
    var all = new HashMap<>(props);
    all.putIfAbsent(
        CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
    all.putIfAbsent(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
    return all;
  }

  private void ensureTopic(Admin admin) throws InterruptedException, ExecutionException {
    if (!isListed(admin)) {
      var compacted =
          new NewTopic(topic, Optional.of(1), Optional.empty())
              .configs(
                  Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
      try {
        admin.createTopics(List.of(compacted)).all().get();
      } catch (ExecutionException failed) {
        if (!(failed.getCause() instanceof TopicExistsException)) throw failed;
      }
      awaitListed(admin);
    }
    checkFit(admin);
  }

  private boolean isListed(Admin admin) throws InterruptedException, ExecutionException {
    return admin.listTopics().names().get().contains(topic);
  }

  /// Waits until the brokers list the new topic: the controller has it, and the broker that is
  /// asked about it may not have heard of it yet.
  private void awaitListed(Admin admin) throws InterruptedException, ExecutionException {
    var endNanos = System.nanoTime() + PATIENCE.toNanos();
    while (!isListed(admin)) {
      if (System.nanoTime() - endNanos > 0) {
        throw unfit("exists and is not listed", "check the brokers, and the rights on it");
      }
      Thread.sleep(LOOK_MS);
    }
  }

  private void checkFit(Admin admin) throws InterruptedException, ExecutionException {
    for (var description : admin.describeTopics(List.of(topic)).allTopicNames().get().values()) {
      var partitions = description.partitions().size();
      if (partitions != 1) {
        throw unfit("has " + partitions + " partitions", "it needs exactly one, to keep its order");
      }
    }
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    for (var config : admin.describeConfigs(List.of(resource)).all().get().values()) {
      for (var entry : config.entries()) {
        if (entry.name().equals(TopicConfig.CLEANUP_POLICY_CONFIG)
            && !TopicConfig.CLEANUP_POLICY_COMPACT.equals(entry.value())) {
          throw unfit(
              "has cleanup.policy=" + entry.value(),
              "schemas would be deleted; set cleanup.policy=compact on it");
        }
      }
    }
  }

  private StoreException unfit(String what, String why) {
    return new StoreException(
        "topic '" + topic + "' is not fit for a schema registry: it " + what + "; " + why, null);
  }

  private Producer<String, String> takeOver() {
    var props = new HashMap<>(client);
    props.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "phaseline-registry-" + topic);
    props.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis()));
    var fresh = new KafkaProducer<>(props, new StringSerializer(), new StringSerializer());
    try {
      fresh.initTransactions();
      return fresh;
    } catch (KafkaException failed) {
      fresh.close(Duration.ZERO);
      throw failed;
    }
  }

  private List<StoredEntry> readUpTo(long end) {
    var props = new HashMap<>(client);
    props.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    props.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    props.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    var entries = new ArrayList<StoredEntry>();
    try (Consumer<String, String> consumer =
        new KafkaConsumer<>(props, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(Set.of(partition));
      consumer.seekToBeginning(Set.of(partition));
      var giveUp = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.position(partition) < end) {
        for (var each : consumer.poll(Duration.ofMillis(200))) {
          read(each.offset(), each.key(), each.value()).ifPresent(entries::add);
        }
        if (System.nanoTime() - giveUp > 0) {
          throw new StoreException(
              "topic '" + topic + "' could not be read to its end, " + end + ", in " + PATIENCE,
              null);
        }
      }
    }
    return entries;
  }

  private Optional<StoredEntry> read(long offset, @Nullable String key, @Nullable String value) {
    try {
      return EntryFormat.entry(key, value);
    } catch (IllegalArgumentException foreign) {
      throw new StoreException(
          "topic '"
              + topic
              + "' holds something that is not a schema registry's, at offset "
              + offset
              + ": "
              + foreign.getMessage()
              + "; choose another topic",
          foreign);
    }
  }

  @Override
  public void append(List<StoredEntry> entries) {
    if (producer == null) throw new StoreException("the schema registry is closed", null);
    try {
      producer.beginTransaction();
      for (var entry : entries) {
        var _ = // a failed send fails the commit
            producer.send(
                new ProducerRecord<>(topic, 0, EntryFormat.key(entry), EntryFormat.value(entry)));
      }
      producer.commitTransaction();
    } catch (ProducerFencedException | InvalidProducerEpochException fenced) {
      throw new StoreException(
          "another schema registry has taken over topic '" + topic + "'; stop one of the two",
          fenced,
          true);
    } catch (KafkaException failed) {
      throw unusable(failed);
    }
  }

  @Override
  public void close() {
    closeProducer();
  }

  private void closeProducer() {
    if (producer != null) producer.close(Duration.ofSeconds(5));
    producer = null;
  }
}
