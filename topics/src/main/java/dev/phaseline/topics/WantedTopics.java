package dev.phaseline.topics;

import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;

/// The topics that a namespace should have, each with its partitions and settings: what
/// [TopicSetup] creates, and compares with what is there. Immutable.
record WantedTopics(TopicNames names, TopicSettings settings) {
  static final long RETAIN_FOR_EVER = -1;

  /// Room of a timer beyond the record that it becomes, and of a dead timer beyond that.
  private static final int HEADERS_BYTES = 16 * 1024;

  /// Each partition of timers and schedules has stores of its own, whose topics take part in each
  /// commit, and timers wait for commits. So many schedulers can share the work, which is more than
  /// it needs.
  static final int TIMER_PARTITIONS_MAX = 4;

  /// The history of schedules is kept for at least so long, whatever the retention of phases is: a
  /// monthly schedule's last run should be in it.
  private static final Duration RUNS_RETENTION_MIN = Duration.ofDays(35);

  /// A record for each run replaces the one before: without these settings a busy schedule's old
  /// states would be kept for a week.
  private static final Map<String, String> COMPACTED_SOON =
      Map.of(
          "cleanup.policy",
          "compact",
          "segment.bytes",
          Integer.toString(64 << 20),
          "segment.ms",
          Long.toString(Duration.ofMinutes(10).toMillis()),
          "min.cleanable.dirty.ratio",
          "0.2");

  /// The topics of a pipeline, by name.
  ///
  /// @throws IllegalArgumentException when it has no phase, or a name is not valid
  Map<String, NewTopic> ofPipeline(String pipeline, List<String> phases) {
    if (phases.isEmpty()) {
      throw new IllegalArgumentException("pipeline '" + pipeline + "' has no phase");
    }
    var wanted = new LinkedHashMap<String, NewTopic>();
    for (var phase : phases) {
      var topic = names.phase(pipeline, phase);
      wanted.put(topic, topic(topic, settings.retention().toMillis()));
    }
    wanted.put(names.done(pipeline), topic(names.done(pipeline), settings.retention().toMillis()));
    putDead(wanted, names, pipeline);
    return wanted;
  }

  /// The topics of a queue, by name. Its items have no retention: they stay until they end.
  ///
  /// @throws IllegalArgumentException when the name is not valid
  Map<String, NewTopic> ofQueue(String queue) {
    var wanted = new LinkedHashMap<String, NewTopic>();
    wanted.put(names.queueItems(queue), topic(names.queueItems(queue), RETAIN_FOR_EVER));
    putDead(wanted, names.queues(), queue);
    return wanted;
  }

  private void putDead(Map<String, NewTopic> wanted, TopicNames namespace, String owner) {
    wanted.put(namespace.dead(owner), topic(namespace.dead(owner), RETAIN_FOR_EVER));
    // One partition: what was decided about a letter is the last word, so there must be a last.
    var actions = namespace.deadActions(owner);
    wanted.put(actions, topic(actions, 1, RETAIN_FOR_EVER));
  }

  /// The topics of timers and schedules.
  Map<String, NewTopic> forTimers() {
    var bytesMax = settings.maxMessageBytes();
    var partitions = Math.min(TIMER_PARTITIONS_MAX, settings.partitions());
    var timers = topic(names.timers(), partitions, settings.retention().toMillis());
    var dead = topic(names.timersDead(), partitions, RETAIN_FOR_EVER);
    var wanted = new LinkedHashMap<String, NewTopic>();
    wanted.put(names.timers(), withBytesMax(timers, bytesMax + HEADERS_BYTES));
    wanted.put(names.timersDead(), withBytesMax(dead, bytesMax + 2 * HEADERS_BYTES));
    putSchedules(wanted, partitions);
    return wanted;
  }

  /// Equal numbers of partitions: all records of a schedule are in one partition of each.
  private void putSchedules(Map<String, NewTopic> wanted, int partitions) {
    var retentionMs = settings.retention().toMillis();
    var runsMs = Math.max(RUNS_RETENTION_MIN.toMillis(), retentionMs);
    var schedules = topic(names.schedules(), partitions, RETAIN_FOR_EVER);
    var status = topic(names.scheduleStatus(), partitions, RETAIN_FOR_EVER);
    wanted.put(schedules.name(), with(schedules, Map.of("cleanup.policy", "compact")));
    wanted.put(status.name(), with(status, COMPACTED_SOON));
    wanted.put(names.scheduleRuns(), topic(names.scheduleRuns(), partitions, runsMs));
    wanted.put(names.scheduleEnds(), topic(names.scheduleEnds(), partitions, retentionMs));
  }

  /// The topics through which operators and workers talk.
  ///
  /// One partition each: what was said last about anything is one record, and the audit has one
  /// order. Heartbeats are kept for a day, of each server the last one, so that one that has gone
  /// is seen as gone; the broker dates them, because the servers' clocks differ.
  Map<String, NewTopic> forControl() {
    var wanted = new LinkedHashMap<String, NewTopic>();
    wanted.put(
        names.control(),
        with(topic(names.control(), 1, RETAIN_FOR_EVER), Map.of("cleanup.policy", "compact")));
    wanted.put(names.audit(), topic(names.audit(), 1, RETAIN_FOR_EVER));
    wanted.put(
        names.workers(),
        with(
            topic(names.workers(), 1, Duration.ofDays(1).toMillis()),
            Map.of(
                "cleanup.policy", "compact,delete",
                "message.timestamp.type", "LogAppendTime",
                "min.cleanable.dirty.ratio", "0.1",
                "segment.ms", Long.toString(Duration.ofMinutes(10).toMillis()))));
    return wanted;
  }

  /// The topic of the ends of jobs.
  Map<String, NewTopic> forJobs() {
    return Map.of(names.jobs(), topic(names.jobs(), settings.retention().toMillis()));
  }

  /// The topic of what was done in consoles.
  ///
  /// One partition: it is read from its end backwards, in one order.
  Map<String, NewTopic> forConsole() {
    return Map.of(names.console(), topic(names.console(), 1, RETAIN_FOR_EVER));
  }

  /// The topic of the positions of outboxes' relays.
  ///
  /// One partition: it is read from its end. A record for each batch replaces the one before.
  Map<String, NewTopic> forOutboxes() {
    return Map.of(names.outbox(), with(topic(names.outbox(), 1, RETAIN_FOR_EVER), COMPACTED_SOON));
  }

  private static NewTopic with(NewTopic topic, Map<String, String> more) {
    var configs = new HashMap<>(topic.configs());
    configs.putAll(more);
    return topic.configs(configs);
  }

  private static NewTopic withBytesMax(NewTopic topic, int bytesMax) {
    return with(topic, Map.of("max.message.bytes", Integer.toString(bytesMax)));
  }

  private NewTopic topic(String name, long retentionMs) {
    return topic(name, settings.partitions(), retentionMs);
  }

  private NewTopic topic(String name, int partitions, long retentionMs) {
    return new NewTopic(name, partitions, settings.replicationFactor())
        .configs(
            Map.of(
                "cleanup.policy", "delete",
                "min.insync.replicas", Integer.toString(settings.minInsync()),
                "retention.ms", Long.toString(retentionMs),
                "max.message.bytes", Integer.toString(settings.maxMessageBytes())));
  }
}
