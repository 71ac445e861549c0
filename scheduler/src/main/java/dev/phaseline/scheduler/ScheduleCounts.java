package dev.phaseline.scheduler;

import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleRun.Cause;
import dev.phaseline.schemas.schedule.ScheduleRun.Decision;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.streams.processor.TaskId;

/// Counts of schedules for all tasks of a scheduler. Thread-safe.
final class ScheduleCounts {
  final LongAdder submitted = new LongAdder();
  final LongAdder skipped = new LongAdder();
  final LongAdder buffered = new LongAdder();
  final LongAdder failed = new LongAdder();
  final LongAdder malformed = new LongAdder();
  final Lateness lateness = new Lateness();
  private final Map<TaskId, Sizes> sizes = new ConcurrentHashMap<>();

  /// Numbers of one task.
  ///
  /// @param schedules of its partitions
  /// @param troubles of them, those with a trouble
  /// @param endless of those, the ones whose jobs' ends no tracker tells
  record Sizes(long schedules, long troubles, long endless) {}

  void count(ScheduleRun run) {
    switch (run.decision()) {
      case Decision.Submitted one -> {
        submitted.increment();
        if (run.cause() == Cause.TIMING) lateness.add(one.lateness().toMillis());
      }
      case Decision.Buffered _ -> buffered.increment();
      case Decision.Skipped one -> skipped.add(one.count());
      case Decision.Ended one -> {
        switch (one.outcome()) {
          case DEAD, COMPENSATED -> failed.increment();
          case DONE, CANCELLED -> {}
        }
      }
    }
  }

  void sizes(TaskId task, Sizes of) {
    sizes.put(task, of);
  }

  void closed(TaskId task) {
    sizes.remove(task);
  }

  long schedules() {
    return sizes.values().stream().mapToLong(Sizes::schedules).sum();
  }

  long troubles() {
    return sizes.values().stream().mapToLong(Sizes::troubles).sum();
  }

  long endless() {
    return sizes.values().stream().mapToLong(Sizes::endless).sum();
  }

  ScheduleMetrics snapshot() {
    return new ScheduleMetrics(
        schedules(),
        troubles(),
        submitted.sum(),
        skipped.sum(),
        buffered.sum(),
        failed.sum(),
        malformed.sum(),
        lateness.toMetrics());
  }
}
