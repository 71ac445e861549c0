package dev.phaseline.queue.kafka;

import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.TopicSettings;

/// Settings of queues on Kafka. Immutable; if it exists, it is valid.
///
/// @param names the namespace
/// @param topics with which [dev.phaseline.queue.JobQueue#create()] makes topics; their retention
///   is not used, because items stay until they end
/// @param consumersMax share consumers that one queue object opens at most. Items that were handed
///   out together occupy one until all have ended, because Kafka's client can't fetch more while it
///   has unfinished records; claims that wait share two
public record KafkaQueueSettings(TopicNames names, TopicSettings topics, int consumersMax) {
  private static final int CONSUMERS_MAX = 64;

  /// The default namespace on one broker, one partition for each queue: all consumers of a group
  /// share it. Of several partitions a consumer is assigned some, and those that are assigned to
  /// consumers with long work alone wait for them.
  public static final KafkaQueueSettings DEFAULT =
      new KafkaQueueSettings(
          TopicNames.DEFAULT, TopicSettings.SINGLE.withPartitions(1), CONSUMERS_MAX);

  public KafkaQueueSettings {
    if (consumersMax < 1) throw new IllegalArgumentException("consumersMax < 1: " + consumersMax);
  }

  /// These for another namespace.
  public KafkaQueueSettings withNames(TopicNames others) {
    return new KafkaQueueSettings(others, topics, consumersMax);
  }

  /// These with other settings for topics that are created.
  public KafkaQueueSettings withTopics(TopicSettings others) {
    return new KafkaQueueSettings(names, others, consumersMax);
  }

  /// These with another limit of consumers.
  public KafkaQueueSettings withConsumersMax(int count) {
    return new KafkaQueueSettings(names, topics, count);
  }
}
