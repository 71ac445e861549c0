package dev.phaseline.worker.topic;

import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Config;

/// The settings of a topic that a worker relies on, read in one way at the start and while it runs.
public final class TopicFacts {
  /// Brokers look for old segments every 5 minutes, and take timestamps that are an hour ahead.
  private static final long LATE_MS = Duration.ofHours(2).toMillis();

  private TopicFacts() {}

  /// The topics that lanes of a pipeline read from or write to, but for that of timers.
  public static List<String> of(Pipeline pipeline, TopicNames names) {
    var topics = new ArrayList<String>();
    for (var phase : pipeline.phases()) topics.add(names.phase(pipeline.name(), phase.name()));
    topics.add(names.done(pipeline.name()));
    topics.add(names.dead(pipeline.name()));
    return topics;
  }

  /// The largest record that the topic takes.
  public static int messageBytesMax(Config topic) {
    var entry = topic.get("max.message.bytes");
    return entry == null ? Integer.MAX_VALUE : Integer.parseInt(entry.value());
  }

  /// The longest time for which a record of the topic can be read, in milliseconds;
  /// `Long.MAX_VALUE` when nothing ends it. A segment is deleted as a whole, when its newest record
  /// is old enough, so a record may outlive the retention by the time that a segment is filled for.
  public static long keptMs(Config topic) {
    var retentionMs = number(topic, "retention.ms");
    if (retentionMs < 0 || !forgets("", topic).isEmpty()) return Long.MAX_VALUE;
    var kept = retentionMs + Math.max(0, number(topic, "segment.ms")) + LATE_MS;
    return kept < 0 ? Long.MAX_VALUE : kept;
  }

  private static long number(Config topic, String name) {
    var entry = topic.get(name);
    return entry == null || entry.value() == null ? -1 : Long.parseLong(entry.value());
  }

  /// The reason why records of the topic may vanish before their time, with the remedy; empty when
  /// they do not. A compacted topic keeps one record of each key: the items of a key are many.
  public static String forgets(String name, Config topic) {
    var entry = topic.get("cleanup.policy");
    var policy = entry == null ? "" : String.valueOf(entry.value());
    if (!policy.contains("compact")) return "";
    return "topic "
        + name
        + " has cleanup.policy="
        + policy
        + ", which removes all but the newest record of each key, whether it was handled or not;"
        + " set cleanup.policy=delete (kafka-configs --alter)";
  }
}
