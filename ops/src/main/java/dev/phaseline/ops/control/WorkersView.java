package dev.phaseline.ops.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.ops.cluster.TopicTail;
import dev.phaseline.ops.control.WorkerView.Liveness;
import dev.phaseline.schemas.Clipped;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.UnreadableControlException;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// The workers of a namespace, by their heartbeats. One that has not reported for [#GONE_AFTER] is
/// shown as gone, and forgotten when its topic's retention ends. When heartbeats can't have come,
/// because brokers are away or were until a moment ago, its state is unknown.
///
/// Thread-safe; one caller at a time reads on, the others wait for it.
public final class WorkersView implements AutoCloseable {
  /// Time without a heartbeat after which a worker is gone: a few heartbeats may come late, as when
  /// a disk is slow.
  public static final Duration GONE_AFTER = Duration.ofSeconds(5);

  /// So long after brokers are back, who is silent is not called gone: its client has to find them
  /// again, and a heartbeat may be half way.
  static final Duration UNKNOWN_FOR = Duration.ofSeconds(15);

  /// Brokers are not asked more often how they are.
  private static final Duration WRITABLE_FOR = Duration.ofSeconds(5);

  /// More names are not remembered: something makes them up.
  private static final int SERVERS_MAX = 10_000;

  private static final int KEY_CHARS_MAX = 64;

  private final InstantSource clock;
  private final Source source;
  private final Map<String, Heard> byServer = new TreeMap<>();
  private final Map<String, String> unreadable = new TreeMap<>();
  private @Nullable Instant troubledAt;
  private @Nullable Instant writableAt;

  private record Heard(Heartbeat heartbeat, Instant at) {}

  /// The source of heartbeats.
  interface Source extends AutoCloseable {
    /// Reads those that came since the last call, up to the moment of this call.
    ///
    /// @throws ClusterException when the cluster does not answer
    void readOn(TopicScan.Visitor visitor);

    /// Whether heartbeats can be written now.
    boolean isWritable();

    @Override
    void close();
  }

  WorkersView(Source source, InstantSource clock) {
    this.clock = clock;
    this.source = source;
  }

  /// Opens the view; the topic is read when the workers are asked for.
  ///
  /// @param kafka client properties
  public static WorkersView open(Map<String, ?> kafka, TopicNames names) {
    var tail = new TopicTail(kafka, names.workers());
    var writability = new Writability(kafka, names.workers());
    return new WorkersView(
        new Source() {
          @Override
          public void readOn(TopicScan.Visitor visitor) {
            tail.readOn(visitor);
          }

          @Override
          public boolean isWritable() {
            return writability.isGiven();
          }

          @Override
          public void close() {
            tail.close();
            writability.close();
          }
        },
        InstantSource.system());
  }

  /// The workers that are known, by name, as they were when this was called.
  ///
  /// @throws ClusterException when the cluster does not answer or the topic is missing
  public synchronized List<WorkerView> list() {
    // Before it is read: reading may take longer than a worker may be silent.
    var now = clock.instant();
    try {
      source.readOn(this::hear);
    } catch (ClusterException away) {
      troubledAt = clock.instant();
      throw away;
    }
    var silence = silence(now);
    var workers = new ArrayList<WorkerView>();
    for (var heard : byServer.values()) workers.add(view(heard, now, silence));
    return workers;
  }

  /// Heartbeats that can't be read, malformed or of a newer version: the key of each and why. Such
  /// a worker is not listed, which is better than shown wrong.
  public synchronized List<String> unreadable() {
    return unreadable.entrySet().stream()
        .map(one -> "'%s': %s".formatted(one.getKey(), one.getValue()))
        .toList();
  }

  private void hear(ConsumerRecord<byte[], byte[]> record) {
    var key =
        record.key() == null ? "" : Clipped.of(new String(record.key(), UTF_8), KEY_CHARS_MAX);
    unreadable.remove(key);
    if (record.value() == null) {
      byServer.remove(key);
      return;
    }
    try {
      var heartbeat = Heartbeat.read(record.value());
      if (byServer.size() >= SERVERS_MAX && !byServer.containsKey(heartbeat.server())) {
        throw new UnreadableControlException("more than " + SERVERS_MAX + " names report here");
      }
      var heard = new Heard(heartbeat, Instant.ofEpochMilli(record.timestamp()));
      byServer.put(heartbeat.server(), heard);
    } catch (UnreadableControlException foreign) {
      if (unreadable.size() < SERVERS_MAX) {
        unreadable.put(key, String.valueOf(foreign.getMessage()));
      }
    }
  }

  /// State of a silent worker now. Where some report, reports can be written, and those who don't
  /// are gone; where none does, brokers are asked, because they are the likelier cause.
  private Liveness silence(Instant now) {
    var troubled = troubledAt;
    if (troubled != null && now.isBefore(troubled.plus(UNKNOWN_FOR))) return Liveness.UNKNOWN;
    var running = byServer.values().stream().filter(heard -> !heard.heartbeat().stopped()).toList();
    var anyReports = running.stream().anyMatch(heard -> age(heard, now).compareTo(GONE_AFTER) <= 0);
    if (running.isEmpty() || anyReports || isWritable(now)) return Liveness.GONE;
    troubledAt = now;
    return Liveness.UNKNOWN;
  }

  private boolean isWritable(Instant now) {
    if (writableAt != null && now.isBefore(writableAt.plus(WRITABLE_FOR))) return true;
    writableAt = source.isWritable() ? now : null;
    return writableAt != null;
  }

  private static Duration age(Heard heard, Instant now) {
    var age = Duration.between(heard.at(), now);
    return age.isNegative() ? Duration.ZERO : age; // the broker's clock is not ours
  }

  private static WorkerView view(Heard heard, Instant now, Liveness silence) {
    var age = age(heard, now);
    var liveness = age.compareTo(GONE_AFTER) > 0 ? silence : Liveness.LIVE;
    if (heard.heartbeat().stopped()) liveness = Liveness.STOPPED;
    return new WorkerView(heard.heartbeat(), liveness, age);
  }

  @Override
  public synchronized void close() {
    source.close();
  }
}
