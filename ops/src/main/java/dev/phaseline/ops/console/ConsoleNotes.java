package dev.phaseline.ops.console;

import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.schemas.RightsCheck;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import dev.phaseline.topics.NewTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Audit notes in the topic `<ns>.console`, one partition, kept for ever: what was done through the
/// console that no other topic tells of, above all who looked at payloads. The topic is created
/// when it is not there. Thread-safe.
public final class ConsoleNotes implements AuditTrail, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ConsoleNotes.class);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

  private final Map<String, Object> client;
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private boolean isThere = true; // guarded by this

  private ConsoleNotes(Map<String, Object> client, String topic) {
    this.client = client;
    this.topic = topic;
    var config = KafkaSettings.ofProducer(client);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, ANSWER_MAX.toMillis());
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 10_000);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// Opens them. When there are fewer brokers now than copies are wanted, the topic is created
  /// later, at the first note for which there are enough.
  ///
  /// @param kafka client properties
  /// @throws ClusterException when the cluster does not answer, or the topic can't be created
  public static ConsoleNotes open(Map<String, ?> kafka, TopicNames names) {
    var client = Map.<String, Object>copyOf(kafka);
    var topic = names.console();
    var later = created(client, topic);
    checkRights(client, names, later.isEmpty());
    var notes = new ConsoleNotes(client, topic);
    notes.isThere = later.isEmpty();
    if (!notes.isThere) {
      LOG.warn("notes of who did what can't be kept yet: topic {} is not there: {}", topic, later);
    }
    return notes;
  }

  private static void checkRights(Map<String, Object> client, TopicNames names, boolean isThere) {
    var rights =
        new RightsCheck()
            .topic(names.control(), READ)
            .topic(names.audit(), READ)
            .topic(names.workers(), READ);
    if (isThere) rights = rights.topic(names.console(), READ, WRITE);
    try (var admin = Admin.create(client)) {
      var missing = rights.missing(admin, client, ANSWER_MAX);
      if (missing.isEmpty()) return;
      throw new ClusterException(
          String.join("; ", missing)
              + "; grant these rights (docs/security.md has the whole list)");
    }
  }

  /// @return why the topic could not be created yet; empty when it is there
  private static String created(Map<String, Object> client, String topic) {
    var wanted =
        new NewTopic(topic, Optional.of(1), Optional.empty())
            .configs(Map.of("retention.ms", "-1", "cleanup.policy", "delete"));
    try (var admin = Admin.create(client)) {
      var later = new NewTopics(admin).ensureAsFarAsBrokersAreThere(List.of(wanted));
      return later.getOrDefault(topic, "");
    }
  }

  private synchronized void ensureItIsThere() {
    if (isThere) return;
    var later = created(client, topic);
    if (!later.isEmpty()) {
      throw new ClusterException(
          "can't write down who did what, so it was not done: topic %s can't be created yet (%s); try"
                  .formatted(topic, later)
              + " again when all brokers are back");
    }
    isThere = true;
  }

  private static <T> T answer(String what, Future<T> asked) {
    try {
      return asked.get(ANSWER_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException refused) {
      throw failed(what, refused);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw failed(what, stop);
    }
  }

  private static ClusterException failed(String what, Exception why) {
    var cause = why.getCause() == null ? why : why.getCause();
    return new ClusterException("can't " + what + ": " + cause.getMessage(), why);
  }

  @Override
  public void keep(Note note) {
    ensureItIsThere();
    try {
      answer(
          "write down who did what, so it was not done",
          producer.send(new ProducerRecord<>(topic, 0, null, NoteJson.bytes(note))));
    } catch (KafkaException refused) {
      throw new ClusterException(
          "can't write down who did what, so it was not done: " + refused.getMessage(), refused);
    }
  }

  @Override
  public List<Note> newest(int limit) {
    var at = new TopicPartition(topic, 0);
    try (var scan = TopicScan.whole(client)) {
      if (!scan.exists(topic)) return List.of();
      var end = scan.ends("", topic).getOrDefault(at, 0L);
      var from = Math.max(scan.starts(List.of(at)).getOrDefault(at, 0L), end - limit);
      var notes = new ArrayList<Note>();
      scan.read(
          Map.of(at, from),
          Map.of(at, end),
          record -> {
            if (record.value() != null) NoteJson.read(record.value()).ifPresent(notes::add);
          });
      return notes.reversed();
    }
  }

  @Override
  public void close() {
    producer.close(ANSWER_MAX);
  }
}
