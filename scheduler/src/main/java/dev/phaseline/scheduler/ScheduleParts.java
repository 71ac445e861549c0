package dev.phaseline.scheduler;

import dev.phaseline.schemas.TopicNames;
import java.time.InstantSource;
import java.util.List;
import org.apache.kafka.common.TopicPartition;

/// Parts that the processors of schedules share in all tasks.
///
/// @param names the namespace
/// @param targets what is known of the jobs' topics
/// @param clock what says when a run is due
/// @param inputs positions of readers
/// @param trackers whether ends of jobs are told
/// @param counts for all tasks
record ScheduleParts(
    TopicNames names,
    TargetTopics targets,
    InstantSource clock,
    Inputs inputs,
    TrackerWatch trackers,
    ScheduleCounts counts) {

  /// The partitions that must be read before a task submits anything.
  List<TopicPartition> inputsOf(int partition) {
    return List.of(
        new TopicPartition(names.schedules(), partition),
        new TopicPartition(names.scheduleEnds(), partition));
  }
}
