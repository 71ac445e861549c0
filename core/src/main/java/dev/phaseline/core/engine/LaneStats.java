package dev.phaseline.core.engine;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Snapshot of a lane's state and counters, taken on its own thread. Counters only grow.
///
/// @param assigned the partitions it works on
/// @param stopped the partitions that it must not touch, and why
/// @param work what became of attempts
/// @param publication what became of transactions
/// @param held items fetched and not complete
/// @param inProgress items handed to handlers
/// @param backingOff items that wait for their next attempt
/// @param permits how many handlers may run now: fewer while the phase is suspended or recovers
/// @param unpublished results that wait for their transaction
/// @param span how far delivery is ahead of the first incomplete offset, at its widest
/// @param suspendedBecause why nothing starts, or nothing but a probe; empty when it does
/// @param suspendedNanos how long nothing starts; 0 when a probe may
/// @param quarantined the partitions whose suspected items run in trials only
/// @param left items that wait for another process, by the version that this one does not have
public record LaneStats(
    Set<Integer> assigned,
    Map<Integer, String> stopped,
    Work work,
    Publication publication,
    int held,
    int inProgress,
    int backingOff,
    int permits,
    int unpublished,
    long span,
    String suspendedBecause,
    long suspendedNanos,
    List<Quarantined> quarantined,
    List<Left> left) {

  /// Items of a version of the pipeline that this process does not have.
  ///
  /// @param version the version
  /// @param reason that version in words, for the operator
  /// @param items how many wait for it, those behind them not counted; at least one
  public record Left(int version, String reason, int items) {}

  /// A partition in quarantine: what an owner can have died of runs a part at a time.
  ///
  /// @param partition the partition
  /// @param deaths how many owners have died in a row
  /// @param left how many suspected items are not through
  /// @param of how many there were so far
  /// @param alone whether one item runs alone right now
  /// @param nanos how long this owner has been at it
  public record Quarantined(
      int partition, int deaths, long left, long of, boolean alone, long nanos) {}

  /// Counts of attempts by result.
  ///
  /// @param fetched items that came from the log and had to be handled
  /// @param settled items that got a settlement
  /// @param dead of those, dead letters
  /// @param retries attempts that failed and are tried again
  /// @param timedOut attempts without a sign of life
  /// @param suspensions how often a dependency was down
  /// @param fenced results that came too late to count
  /// @param spared attempts that failed and do not count, because a dependency was down
  /// @param deferred items that were handed over to the timer service
  /// @param cancelled items that ended because their job is cancelled
  public record Work(
      long fetched,
      long settled,
      long dead,
      long retries,
      long timedOut,
      long suspensions,
      long fenced,
      long spared,
      long deferred,
      long cancelled) {}

  /// Counts of transactions by result.
  ///
  /// @param commits transactions that are known to have happened
  /// @param items items that they completed
  /// @param aborts transactions that are known not to have happened
  /// @param unknown transactions whose fate had to be read back
  /// @param nanos time spent in transactions
  /// @param lastReason why the last one failed; empty when none did
  public record Publication(
      long commits, long items, long aborts, long unknown, long nanos, String lastReason) {}
}
