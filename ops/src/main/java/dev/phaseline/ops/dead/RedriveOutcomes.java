package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.reading.GuardedConsumer;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;

/// Observer of the outcomes of redriven items, by the records that name theirs as origin: one in
/// `dead`, or any other. Covers what is committed after it was opened. For one thread.
final class RedriveOutcomes implements AutoCloseable {
  private static final byte[] DROPPED = {};

  private final GuardedConsumer consumer;
  private final Map<String, String> phaseOf = new HashMap<>();
  private final String dead;
  private final Set<RecordRef> open = new HashSet<>();
  private long passed;
  private long deadAgain;

  private RedriveOutcomes(LetterBox box, GuardedConsumer consumer) {
    this.consumer = consumer;
    this.dead = box.names().dead(box.pipeline());
    for (var phase : box.phases()) phaseOf.put(box.names().phase(box.pipeline(), phase), phase);
  }

  /// Watches from now on.
  static RedriveOutcomes open(LetterBox box) {
    var config = KafkaSettings.ofReader(box.client());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    Deserializer<byte[]> dropping = (topic, bytes) -> DROPPED;
    var fates = new RedriveOutcomes(box, new GuardedConsumer(config, dropping, (_, _, _) -> true));
    try {
      fates.begin(box);
      return fates;
    } catch (KafkaException failed) {
      fates.close();
      throw new ClusterException(
          "can't watch what becomes of the canary: " + failed.getMessage(), failed);
    }
  }

  private void begin(LetterBox box) {
    var topics = new ArrayList<>(phaseOf.keySet());
    topics.add(dead);
    topics.add(box.names().done(box.pipeline()));
    var partitions = new ArrayList<TopicPartition>();
    for (var topic : topics) {
      for (var info : consumer.partitionsFor(topic)) {
        partitions.add(new TopicPartition(topic, info.partition()));
      }
    }
    consumer.assign(partitions);
    consumer.endOffsets(partitions).forEach(consumer::seek);
  }

  /// Begins to watch for successors of this record.
  void watch(RecordRef record) {
    open.add(record);
  }

  /// Takes in what has come.
  void poll(Duration atMost) {
    try {
      for (var record : consumer.poll(atMost)) see(record);
    } catch (KafkaException failed) {
      throw new ClusterException(
          "can't watch what becomes of the canary: " + failed.getMessage(), failed);
    }
  }

  private void see(ConsumerRecord<byte[], byte[]> record) {
    var header = record.headers().lastHeader(HeaderNames.PARENT);
    if (header == null || header.value() == null) return;
    var parent = RecordRef.parse(new String(header.value(), UTF_8));
    if (parent == null || !open.remove(parent)) return;
    var phase = phaseOf.get(record.topic());
    if (phase != null && isPutOff(phase, parent, record)) {
      watch(new RecordRef(phase, record.partition(), record.offset())); // the same work, later
    } else if (record.topic().equals(dead)) {
      deadAgain++;
    } else {
      passed++;
    }
  }

  private static boolean isPutOff(
      String phase, RecordRef parent, ConsumerRecord<byte[], byte[]> record) {
    return parent.phase().equals(phase) && record.headers().lastHeader(HeaderNames.ATTEMPT) != null;
  }

  /// Number of items that have not ended.
  int open() {
    return open.size();
  }

  RedriveReport.Canary verdict() {
    return new RedriveReport.Canary(open.size() + passed + deadAgain, passed, deadAgain);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
