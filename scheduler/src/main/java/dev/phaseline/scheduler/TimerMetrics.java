package dev.phaseline.scheduler;

import java.time.Duration;

/// Counts of a scheduler since its start. Numbers of what was done count what was tried: after a
/// transaction that was aborted, the same timers are counted again. Pending is exact, and of those
/// partitions that this scheduler has.
///
/// @param pending timers that wait
/// @param fired timers written to their targets
/// @param replaced timers that were given another time or content while they were pending
/// @param cancelled timers cancelled while they were pending
/// @param ignored cancels of what was gone, and timers written again after they fired
/// @param dead records kept in `<ns>.timers.dead`
/// @param lost records of `<ns>.timers` that were deleted by the topic's retention before any
///   scheduler had read them, found when this one started; at most so many
/// @param unreadable records of `<ns>.timers` that this scheduler passed over because they can't be
///   read: those timers are lost
/// @param lateness of those that fired, from due to written; the commit comes a few milliseconds
///   later
public record TimerMetrics(
    long pending,
    long fired,
    long replaced,
    long cancelled,
    long ignored,
    long dead,
    long lost,
    long unreadable,
    Late lateness) {

  /// Lateness since the start.
  ///
  /// @param median not exceeded by half of the timers
  /// @param p99 not exceeded by 99 of 100
  /// @param max not exceeded by any
  public record Late(Duration median, Duration p99, Duration max) {}
}
