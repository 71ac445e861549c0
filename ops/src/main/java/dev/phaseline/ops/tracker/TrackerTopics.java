package dev.phaseline.ops.tracker;

import dev.phaseline.topics.NewTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The topics that are the trackers' own: the way of the events, and what is behind the stores.
///
/// They are as Kafka Streams would make them. It would do so in the middle of its first assignment,
/// and go on without waiting for their leaders; then clients that met one too early wait for the
/// next look at the cluster, for tens of seconds in all.
///
/// @param config what the tracker is told
record TrackerTopics(TrackerConfig config) {
  private static final Logger LOG = LoggerFactory.getLogger(TrackerTopics.class);

  /// Entries are written often and replaced: without these, the topics behind the stores would hold
  /// the remains for a day, and a restart would read them all.
  static final Map<String, String> COMPACTED_SOON =
      Map.of(
          "segment.bytes", Integer.toString(64 << 20),
          "segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()),
          "min.cleanable.dirty.ratio", "0.3",
          "delete.retention.ms", Long.toString(Duration.ofHours(1).toMillis()));

  /// Kafka Streams deletes what was read.
  private static final Map<String, String> UNTIL_READ =
      Map.of(
          "cleanup.policy", "delete",
          "retention.ms", "-1",
          "segment.bytes", Integer.toString(50 << 20),
          "message.timestamp.type", "CreateTime");

  /// Creates those that are missing, and waits until they can be used. Those for whose copies there
  /// are too few brokers now are created by Kafka Streams, which tries until there are.
  ///
  /// @throws dev.phaseline.topics.ClusterException when the cluster does not answer, or refuses
  void ensure(Admin admin) {
    var prefix = config.names().tracker() + '-';
    var topics = new ArrayList<NewTopic>();
    topics.add(topic(prefix + TrackerTopology.EVENTS + "-repartition", UNTIL_READ));
    for (var store : BookStores.NAMES) {
      var compacted = new HashMap<>(COMPACTED_SOON);
      compacted.put("cleanup.policy", "compact");
      compacted.put("message.timestamp.type", "CreateTime");
      topics.add(topic(prefix + store + "-changelog", compacted));
    }
    var later = new NewTopics(admin).ensureAsFarAsBrokersAreThere(List.copyOf(topics));
    if (later.isEmpty()) return;
    LOG.warn(
        "the tracker's own topics can't be created yet, so it answers later: there are fewer"
            + " brokers than copies ({})",
        later.values().iterator().next());
  }

  private NewTopic topic(String name, Map<String, String> settings) {
    var all = new HashMap<>(settings);
    config
        .kafka()
        .forEach(
            (key, value) -> {
              if (!key.startsWith(StreamsConfig.TOPIC_PREFIX)) return;
              all.put(key.substring(StreamsConfig.TOPIC_PREFIX.length()), value.toString());
            });
    var copies = config.kafka().get(StreamsConfig.REPLICATION_FACTOR_CONFIG);
    var replicas = copies == null ? -1 : Short.parseShort(copies.toString().strip());
    return new NewTopic(
            name,
            Optional.of(TrackerTopology.PARTITIONS),
            replicas < 0 ? Optional.empty() : Optional.of(replicas))
        .configs(all);
  }
}
