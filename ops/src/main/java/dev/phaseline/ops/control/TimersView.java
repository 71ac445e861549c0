package dev.phaseline.ops.control;

import dev.phaseline.ops.cluster.GroupMembers;
import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.AdminAnswers;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// The timers of a namespace, as operators see them: whether anything fires them, and which were
/// refused. Thread-safe.
public final class TimersView implements AutoCloseable {
  /// For so long a refused timer is counted as news.
  public static final Duration NEWS = Duration.ofDays(1);

  private static final Duration ANSWER_MAX = Duration.ofSeconds(15);

  private final Map<String, ?> kafka;
  private final TopicNames names;
  private final Admin admin;

  private TimersView(Map<String, ?> kafka, TopicNames names, Admin admin) {
    this.kafka = kafka;
    this.names = names;
    this.admin = admin;
  }

  /// Opens it; brokers are asked when something is asked for.
  ///
  /// @param kafka client properties
  public static TimersView open(Map<String, ?> kafka, TopicNames names) {
    var client = Map.<String, Object>copyOf(kafka);
    return new TimersView(client, names, Admin.create(client));
  }

  /// The state of the scheduler's timers.
  ///
  /// @param isServed whether a scheduler runs: the group has a member
  /// @param unread timers that no scheduler has read; some more where writers use transactions
  /// @param refusedLately how many were refused within [#NEWS]
  public record State(boolean isServed, long unread, long refusedLately) {
    /// A scheduler runs, and nothing is wrong.
    public static final State WELL = new State(true, 0, 0);
  }

  /// The state now.
  ///
  /// @throws ClusterException when the cluster does not answer
  public State look() {
    return new State(isServed(), unread(), refused(Instant.now().minus(NEWS)).size());
  }

  /// Number of timers that wait without a scheduler that could fire them; empty while one runs.
  ///
  /// @throws ClusterException when the cluster does not answer
  public OptionalLong unserved() {
    return isServed() ? OptionalLong.empty() : OptionalLong.of(unread());
  }

  private boolean isServed() {
    return GroupMembers.any(admin, names.scheduler());
  }

  private long unread() {
    var ends = offsets(names.timers(), OffsetSpec.latest());
    if (ends.isEmpty()) return 0;
    var begins = offsets(names.timers(), OffsetSpec.earliest());
    var group = names.scheduler();
    var what = "list the offsets of group " + group;
    var asked = admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata();
    var read = AdminAnswers.sure(what, asked, ANSWER_MAX);
    var unread = 0L;
    for (var end : ends.entrySet()) {
      var at = read.get(end.getKey());
      var begin = begins.get(end.getKey());
      var from = at != null ? at.offset() : begin == null ? 0 : begin.offset();
      unread += Math.max(0, end.getValue().offset() - from);
    }
    return unread;
  }

  /// Timers refused since then, the oldest first.
  ///
  /// @throws ClusterException when the cluster does not answer
  public List<RefusedTimer> refused(Instant since) {
    var ends = offsets(names.timersDead(), OffsetSpec.latest());
    var begins = offsets(names.timersDead(), OffsetSpec.forTimestamp(since.toEpochMilli()));
    var starts = new HashMap<TopicPartition, Long>();
    var stops = new HashMap<TopicPartition, Long>();
    begins.forEach(
        (partition, first) -> {
          var end = ends.get(partition);
          if (end == null || first.offset() < 0 || first.offset() >= end.offset()) return;
          starts.put(partition, first.offset());
          stops.put(partition, end.offset());
        });
    var found = new ArrayList<RefusedTimer>();
    if (starts.isEmpty()) return found;
    try (var scan = TopicScan.whole(kafka)) {
      scan.read(
          starts,
          stops,
          record -> {
            var one = RefusedTimer.of(record);
            if (!one.at().isBefore(since)) found.add(one);
          });
    }
    found.sort(java.util.Comparator.comparing(RefusedTimer::at));
    return found;
  }

  /// The offsets by partition; empty when the topic is not there.
  private Map<TopicPartition, ListOffsetsResultInfo> offsets(String topic, OffsetSpec which) {
    var what = "list the offsets of topic " + topic;
    var described = admin.describeTopics(List.of(topic)).topicNameValues().get(topic);
    var description = AdminAnswers.ifThere(what, described, ANSWER_MAX);
    if (description.isEmpty()) return Map.of();
    var asked = new HashMap<TopicPartition, OffsetSpec>();
    for (var one : description.get().partitions()) {
      asked.put(new TopicPartition(topic, one.partition()), which);
    }
    return AdminAnswers.ifThere(what, admin.listOffsets(asked).all(), ANSWER_MAX).orElse(Map.of());
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
