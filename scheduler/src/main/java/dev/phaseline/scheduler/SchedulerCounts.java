package dev.phaseline.scheduler;

import dev.phaseline.schemas.reading.PassedOver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts for all tasks of a scheduler. Thread-safe.
final class SchedulerCounts {
  private static final Logger LOG = LoggerFactory.getLogger(SchedulerCounts.class);

  final LongAdder fired = new LongAdder();
  final LongAdder replaced = new LongAdder();
  final LongAdder cancelled = new LongAdder();
  final LongAdder ignored = new LongAdder();
  final LongAdder dead = new LongAdder();
  final Lateness lateness = new Lateness();
  final PassedOver unreadable = new PassedOver(SchedulerCounts::say);
  private final long lost;
  private final Map<TaskId, Long> pending = new ConcurrentHashMap<>();

  /// @param lost as [TimerMetrics#lost]
  SchedulerCounts(long lost) {
    this.lost = lost;
  }

  private static boolean say(TopicPartition partition, long offset, String why) {
    LOG.error(
        "the record at offset {} of {} can't be read and is passed over: {}",
        offset,
        partition,
        why);
    return true;
  }

  void pending(TaskId task, long count) {
    pending.put(task, count);
  }

  /// Of all tasks that are here.
  long pending() {
    return pending.values().stream().mapToLong(Long::longValue).sum();
  }

  void closed(TaskId task) {
    pending.remove(task);
  }

  void count(Agenda.Change change) {
    switch (change) {
      case ADDED -> {
        // is pending now
      }
      case REPLACED -> replaced.increment();
      case CANCELLED -> cancelled.increment();
      case NOTHING -> ignored.increment();
    }
  }

  TimerMetrics snapshot() {
    return new TimerMetrics(
        pending(),
        fired.sum(),
        replaced.sum(),
        cancelled.sum(),
        ignored.sum(),
        dead.sum(),
        lost,
        unreadable.count(),
        lateness.toMetrics());
  }
}
