package dev.phaseline.scheduler;

/// Counts of schedules since a scheduler's start. Numbers of what was done count what was tried:
/// after a transaction that was aborted, the same runs are counted again.
///
/// @param schedules those of this scheduler's partitions
/// @param troubles how many of them say that an operator must do something
/// @param submitted jobs of runs
/// @param skipped instants without a run, for whatever reason
/// @param buffered instants that had to wait for the end of a job
/// @param failed runs whose job ended with a dead letter
/// @param malformed records that were left out, because they are not of a schedule
/// @param lateness of runs by timing, from due (jitter included) to written; the commit comes a few
///   milliseconds later
public record ScheduleMetrics(
    long schedules,
    long troubles,
    long submitted,
    long skipped,
    long buffered,
    long failed,
    long malformed,
    TimerMetrics.Late lateness) {}
