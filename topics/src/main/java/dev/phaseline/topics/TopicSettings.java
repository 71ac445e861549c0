package dev.phaseline.topics;

import java.time.Duration;

/// Settings with which a pipeline's topics are created. If it exists, it is valid.
///
/// @param partitions of each topic: the most lanes that can work on a phase at once
/// @param replicationFactor copies of each partition
/// @param minInsync copies that must have a record before it counts
/// @param retention how long phases and results are kept; dead letters are kept until somebody
///   discards them
/// @param maxMessageBytes the largest batch that the topics take
public record TopicSettings(
    int partitions,
    short replicationFactor,
    int minInsync,
    Duration retention,
    int maxMessageBytes) {

  /// For one broker: 8 partitions, one copy, 7 days, 1 MiB and Kafka's allowance.
  public static final TopicSettings SINGLE =
      new TopicSettings(8, (short) 1, 1, Duration.ofDays(7), (1 << 20) + 12);

  /// For a cluster: the same with three copies, two of which must have each record.
  public static final TopicSettings REPLICATED =
      new TopicSettings(8, (short) 3, 2, Duration.ofDays(7), (1 << 20) + 12);

  public TopicSettings {
    if (partitions < 1) throw new IllegalArgumentException("partitions < 1: " + partitions);
    if (replicationFactor < 1) {
      throw new IllegalArgumentException("replicationFactor < 1: " + replicationFactor);
    }
    if (minInsync < 1 || minInsync > replicationFactor) {
      throw new IllegalArgumentException(
          "minInsync is not in 1.." + replicationFactor + ": " + minInsync);
    }
    if (retention.isNegative() || retention.isZero()) {
      throw new IllegalArgumentException("retention must be more than zero: " + retention);
    }
    if (maxMessageBytes < 1024) {
      throw new IllegalArgumentException("maxMessageBytes < 1024: " + maxMessageBytes);
    }
  }

  /// These with another number of partitions.
  public TopicSettings withPartitions(int count) {
    return new TopicSettings(count, replicationFactor, minInsync, retention, maxMessageBytes);
  }

  /// These with another retention.
  public TopicSettings withRetention(Duration time) {
    return new TopicSettings(partitions, replicationFactor, minInsync, time, maxMessageBytes);
  }

  /// These with other copies.
  public TopicSettings withReplication(int copies, int copiesMin) {
    return new TopicSettings(partitions, (short) copies, copiesMin, retention, maxMessageBytes);
  }
}
