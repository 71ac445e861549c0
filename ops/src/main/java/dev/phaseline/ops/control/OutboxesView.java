package dev.phaseline.ops.control;

import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.OutboxState;
import dev.phaseline.schemas.control.UnreadableControlException;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// View of the outboxes of a namespace, by the reports of their relays. Thread-safe; one caller at
/// a time reads on, the others wait for it.
public final class OutboxesView implements AutoCloseable {
  /// More names are not remembered: something makes them up.
  private static final int OUTBOXES_MAX = 10_000;

  private final String topic;
  private final TopicScan scan;
  private final InstantSource clock;
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final Map<String, OutboxState> byName = new TreeMap<>();

  private OutboxesView(String topic, TopicScan scan, InstantSource clock) {
    this.topic = topic;
    this.scan = scan;
    this.clock = clock;
  }

  /// Opens the view; the topic is read when the outboxes are asked for.
  ///
  /// @param kafka client properties
  public static OutboxesView open(Map<String, ?> kafka, TopicNames names) {
    return new OutboxesView(names.outbox(), TopicScan.whole(kafka), InstantSource.system());
  }

  /// The outboxes that have reported, by name; none where there is no topic for them. A report that
  /// can't be read is left out: its relay tells of it in its log.
  ///
  /// @throws ClusterException when the cluster does not answer
  public synchronized List<OutboxView> list() {
    if (!scan.exists(topic)) return List.of();
    var now = clock.instant();
    var ends = scan.ends("", topic);
    var starts = scan.starts(ends.keySet());
    next.forEach((at, from) -> starts.merge(at, from, Math::max)); // compaction may have passed it
    scan.read(starts, ends, this::hear);
    next.putAll(ends);
    return byName.values().stream().map(state -> new OutboxView(state, age(state, now))).toList();
  }

  private static Duration age(OutboxState state, Instant now) {
    var age = Duration.between(state.at(), now);
    return age.isNegative() ? Duration.ZERO : age; // the relay's clock is not ours
  }

  private void hear(ConsumerRecord<byte[], byte[]> record) {
    try {
      var state = OutboxState.read(record.value());
      if (byName.size() < OUTBOXES_MAX || byName.containsKey(state.outbox())) {
        byName.put(state.outbox(), state);
      }
    } catch (UnreadableControlException foreign) {
      // of a newer version, or not of a relay
    }
  }

  @Override
  public synchronized void close() {
    scan.close();
  }
}
