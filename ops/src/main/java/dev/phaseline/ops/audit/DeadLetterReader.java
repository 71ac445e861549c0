package dev.phaseline.ops.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/// Reads the dead letters of a pipeline.
public final class DeadLetterReader {
  static final String OTHER_REASONS = "(other reasons)";
  static final String OTHER_KINDS = "(other kinds)";

  private static final int NAMED_MAX = 20;
  private static final int GROUPS_MAX = 1_000;
  private static final int REASON_CHARS_MAX = 200;

  private DeadLetterReader() {}

  /// Dead letters that died alike.
  ///
  /// @param kind one of [dev.phaseline.schemas.DeadKind]'s texts; `unknown` when the letter has
  ///   none
  /// @param phase the phase that gave up; `unknown` when the letter does not say
  /// @param reason the first line of the reason, at most 200 characters
  /// @param count how many
  /// @param first when the oldest of them was written
  /// @param last when the newest was
  public record Group(
      String kind, String phase, String reason, long count, Instant first, Instant last) {}

  private record Key(String kind, String phase, String reason) {}

  /// Counts all dead letters by kind, phase and reason, the most frequent first. After 1,000
  /// different groups, further ones are counted together for their kind and phase.
  ///
  /// Reads the whole topic, headers only: about a second for 200,000 letters.
  ///
  /// @param client how to reach the cluster
  /// @throws ClusterException when the topic is missing or the cluster does not answer
  public static List<Group> summary(Map<String, ?> client, TopicNames names, String pipeline) {
    var groups = new HashMap<Key, Group>();
    try (var scan = new TopicScan(client)) {
      scan.read(scan.ends(pipeline, names.dead(pipeline)), record -> count(groups, record));
    }
    return groups.values().stream()
        .sorted(
            Comparator.comparingLong(Group::count)
                .reversed()
                .thenComparing(Group::kind)
                .thenComparing(Group::phase)
                .thenComparing(Group::reason))
        .toList();
  }

  private static void count(Map<Key, Group> groups, ConsumerRecord<byte[], byte[]> record) {
    var kind = text(record.headers(), HeaderNames.KIND, "unknown");
    var phase = text(record.headers(), HeaderNames.PHASE, "unknown");
    var key = new Key(kind, phase, reason(record.headers()));
    if (groups.size() >= GROUPS_MAX && !groups.containsKey(key)) {
      key = new Key(kind, phase, OTHER_REASONS);
    }
    var at = Instant.ofEpochMilli(record.timestamp());
    var one = new Group(key.kind(), key.phase(), key.reason(), 1, at, at);
    groups.merge(key, one, DeadLetterReader::together);
  }

  private static Group together(Group a, Group b) {
    return new Group(
        a.kind(),
        a.phase(),
        a.reason(),
        a.count() + b.count(),
        a.first().isBefore(b.first()) ? a.first() : b.first(),
        a.last().isAfter(b.last()) ? a.last() : b.last());
  }

  /// The largest counts, the largest first, and all others together.
  ///
  /// @param rest the name of all others
  static Map<String, Long> most(Map<String, Long> counts, String rest) {
    var named = new LinkedHashMap<String, Long>();
    var others = new AtomicLong();
    counts.entrySet().stream()
        .filter(one -> one.getValue() > 0)
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(
            one -> {
              if (named.size() < NAMED_MAX && !one.getKey().equals(rest)) {
                named.put(one.getKey(), one.getValue());
              } else {
                others.addAndGet(one.getValue());
              }
            });
    if (others.get() > 0) named.put(rest, others.get());
    return named;
  }

  /// The reason's first line, which is what letters are grouped by.
  static String reason(Headers headers) {
    var whole = text(headers, HeaderNames.REASON, "unknown");
    var line = whole.lines().findFirst().orElse("unknown");
    return line.length() <= REASON_CHARS_MAX ? line : line.substring(0, REASON_CHARS_MAX);
  }

  static String text(Headers headers, String name, String absent) {
    var header = headers.lastHeader(name);
    return header == null || header.value() == null ? absent : new String(header.value(), UTF_8);
  }
}
