package dev.phaseline.scheduler;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.phaseline.schemas.RightsCheck;
import dev.phaseline.streams.ServiceStart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Start conditions of a scheduler, checked at the brokers.
///
/// @param config what it is told
/// @param begin asks, and says what is wrong
/// @param admin stays the caller's to close
record SchedulerStartCheck(
    TimerConfig config, ServiceStart<SchedulerException> begin, Admin admin) {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerStartCheck.class);

  /// An outage of that length is not far-fetched.
  private static final Duration RETENTION_MIN = Duration.ofDays(1);

  /// Bytes of a dead timer beyond the record that it was.
  private static final int DEAD_ROOM_BYTES = 2_048;

  /// @throws SchedulerException naming what is wrong and the remedy
  void check() {
    begin.needsWholeTransactions(admin);
    rights();
    var names = config.names();
    var found = configs(List.of(names.timers(), names.timersDead()));
    schedules();
    var timers = bytesMax(found.get(names.timers()));
    var dead = bytesMax(found.get(names.timersDead()));
    if (dead < timers + DEAD_ROOM_BYTES) {
      throw new SchedulerException(
          "topic %s takes records of %,d bytes, but must take those of %s (%,d) and %,d more;"
                  .formatted(names.timersDead(), dead, names.timers(), timers, DEAD_ROOM_BYTES)
              + " raise its max.message.bytes with kafka-configs",
          null);
    }
    keeps(names.timers(), found.get(names.timers()));
  }

  /// The topics of schedules are there, and a schedule's records are in partitions of one number.
  private void schedules() {
    var names = config.names();
    var all =
        List.of(
            names.schedules(), names.scheduleEnds(), names.scheduleRuns(), names.scheduleStatus());
    var asked = new ArrayList<>(all);
    asked.add(names.jobs());
    var found = begin.ofTopics(names.namespace(), admin.describeTopics(asked).topicNameValues());
    var counts = new TreeMap<String, Integer>();
    for (var topic : all) {
      var described = found.get(topic);
      if (described != null) counts.put(topic, described.partitions().size());
    }
    if (Set.copyOf(counts.values()).size() <= 1) return;
    throw new SchedulerException(
        "the topics of schedules must have equal numbers of partitions, but have "
            + counts
            + "; delete those that are empty and run `phaseline topics create`",
        null);
  }

  private void rights() {
    var names = config.names();
    var missing =
        new RightsCheck()
            .topic(names.timers(), READ, DESCRIBE_CONFIGS)
            .topic(names.timersDead(), WRITE, DESCRIBE_CONFIGS)
            .topic(names.schedules(), READ)
            .topic(names.scheduleEnds(), READ, WRITE)
            .topic(names.scheduleRuns(), WRITE)
            .topic(names.scheduleStatus(), WRITE)
            .topic(names.jobs(), READ)
            .group(names.scheduler())
            .transactionalId(names.scheduler() + "-check")
            .missing(admin, config.kafka(), config.tuning().startWait());
    if (missing.isEmpty()) return;
    throw new SchedulerException(
        String.join("; ", missing)
            + "; grant these rights (docs/security.md has the whole list) and start again",
        null);
  }

  /// Whether timers that no scheduler has read are kept. Cleaning up by key would lose cancels;
  /// what is deleted by age or size is lost when no scheduler runs for long enough.
  private static void keeps(String topic, @Nullable Config config) {
    var policy = text(config, "cleanup.policy", "delete");
    if (policy.contains("compact")) {
      throw new SchedulerException(
          "topic "
              + topic
              + " has cleanup.policy="
              + policy
              + ", which loses cancels that are not read yet; set it to delete with"
              + " kafka-configs",
          null);
    }
    var bytes = Long.parseLong(text(config, "retention.bytes", "-1"));
    if (bytes >= 0) {
      LOG.warn(
          "topic {} keeps {} bytes a partition (retention.bytes): timers beyond that which no"
              + " scheduler has read are lost; set it to -1 with kafka-configs",
          topic,
          bytes);
    }
    var ms = Long.parseLong(text(config, "retention.ms", "-1"));
    if (ms >= 0 && ms < RETENTION_MIN.toMillis()) {
      LOG.warn(
          "topic {} keeps records for {} (retention.ms): timers are lost when no scheduler runs for"
              + " that long; set it to 7 days or more with kafka-configs",
          topic,
          Duration.ofMillis(ms));
    }
  }

  /// Upper bound of the records of the timers' topic that were deleted before a scheduler read
  /// them: some may have been marks of transactions. Retention deletes whole segments, so what is
  /// lost is counted by where the log begins now.
  long lost() {
    var topic = config.names().timers();
    try {
      var description =
          begin.answer(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
      if (description == null) return 0;
      var asked = new HashMap<TopicPartition, OffsetSpec>();
      for (var partition : description.partitions()) {
        asked.put(new TopicPartition(topic, partition.partition()), OffsetSpec.earliest());
      }
      var starts = begin.answer(admin.listOffsets(asked).all());
      var read =
          begin.answer(
              admin
                  .listConsumerGroupOffsets(config.names().scheduler())
                  .partitionsToOffsetAndMetadata());
      var lost = 0L;
      for (var start : starts.entrySet()) {
        var committed = read.get(start.getKey());
        var from = committed == null ? 0 : committed.offset();
        lost += Math.max(0, start.getValue().offset() - from);
      }
      return lost;
    } catch (ExecutionException refused) {
      throw begin.refused(refused);
    }
  }

  private Map<String, Config> configs(List<String> topics) {
    var resources =
        topics.stream().map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic)).toList();
    var asked = new HashMap<String, KafkaFuture<Config>>();
    admin
        .describeConfigs(resources)
        .values()
        .forEach((resource, found) -> asked.put(resource.name(), found));
    return begin.ofTopics(config.names().namespace(), asked);
  }

  private static int bytesMax(@Nullable Config topic) {
    return Integer.parseInt(text(topic, "max.message.bytes", "0"));
  }

  private static String text(@Nullable Config topic, String name, String otherwise) {
    var entry = topic == null ? null : topic.get(name);
    return entry == null || entry.value() == null ? otherwise : entry.value();
  }
}
