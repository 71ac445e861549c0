package dev.phaseline.ops.control;

import dev.phaseline.ops.control.WorkerView.Liveness;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.UnreadableControlException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// The workers of a namespace, by their heartbeats. One that has not reported for [#GONE_AFTER] is
/// shown as gone, and forgotten when its topic's retention ends.
///
/// Thread-safe; one caller at a time reads on, the others wait for it.
public final class WorkersView implements AutoCloseable {
  /// Who is silent for longer is gone: a few heartbeats may come late, as when a disk is slow.
  public static final Duration GONE_AFTER = Duration.ofSeconds(5);

  private final InstantSource clock;
  private final TopicTail tail;
  private final Map<String, Heard> byServer = new TreeMap<>();

  private record Heard(Heartbeat heartbeat, Instant at) {}

  private WorkersView(TopicTail tail, InstantSource clock) {
    this.tail = tail;
    this.clock = clock;
  }

  /// Opens the view; the topic is read when the workers are asked for.
  ///
  /// @param kafka client properties
  public static WorkersView open(Map<String, ?> kafka, TopicNames names) {
    return new WorkersView(new TopicTail(kafka, names.workers()), InstantSource.system());
  }

  /// The workers that are known, by name, as they are now.
  ///
  /// @throws dev.phaseline.ops.ClusterException when the cluster does not answer or the topic is
  ///   missing
  public synchronized List<WorkerView> list() {
    tail.readOn(this::hear);
    var now = clock.instant();
    var workers = new ArrayList<WorkerView>();
    for (var heard : byServer.values()) workers.add(view(heard, now));
    return workers;
  }

  private void hear(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) return;
    try {
      var heartbeat = Heartbeat.read(record.value());
      var heard = new Heard(heartbeat, Instant.ofEpochMilli(record.timestamp()));
      byServer.put(heartbeat.server(), heard);
    } catch (UnreadableControlException foreign) {
      // a newer worker's or nobody's: it is not shown, which is better than shown wrong
    }
  }

  private static WorkerView view(Heard heard, Instant now) {
    var age = Duration.between(heard.at(), now);
    if (age.isNegative()) age = Duration.ZERO; // the broker's clock is not ours
    var liveness = age.compareTo(GONE_AFTER) > 0 ? Liveness.GONE : Liveness.LIVE;
    if (heard.heartbeat().stopped()) liveness = Liveness.STOPPED;
    return new WorkerView(heard.heartbeat(), liveness, age);
  }

  @Override
  public synchronized void close() {
    tail.close();
  }
}
