package dev.phaseline.ops.audit;

import java.util.List;
import java.util.Map;

/// The result of an audit, as of the moment when it began.
///
/// @param jobs how many jobs were submitted
/// @param items how many items these became: one for each job and one for each child of a fan-out
/// @param itemsPerPhase how many records each phase got
/// @param waitingPerPhase how many of them were not finished
/// @param done how many items ended well
/// @param cancelled how many items ended because their job was cancelled
/// @param compensated how many items ended by undoing what they had done
/// @param dead how many items ended as dead letters and were not redriven since
/// @param deadByKind these by kind: the 20 that are most, and `(other kinds)`
/// @param deadByReason these by the first line of their reason, its first 200 characters: the 20
///   that are most, and `(other reasons)`
/// @param problemCounts how many problems of each kind, kinds without any left out
/// @param problems the first 20, each in one line
public record BooksReport(
    long jobs,
    long items,
    Map<String, Long> itemsPerPhase,
    Map<String, Long> waitingPerPhase,
    long done,
    long cancelled,
    long compensated,
    long dead,
    Map<String, Long> deadByKind,
    Map<String, Long> deadByReason,
    Map<Kind, Long> problemCounts,
    List<String> problems) {

  /// Kind of a problem.
  public enum Kind {
    /// An item has not ended yet. While workers run, that is no fault.
    UNFINISHED,
    /// A fan-out is not whole: fewer children than it had, or some that can't be its own.
    TORN,
    /// Something happened twice: a record was handled twice, a child made twice, an item ended
    /// twice.
    DOUBLED,
    /// A record names no origin that is there: what should have led to it is lost.
    ORPHAN,
    /// A dead letter was redriven, says the log of actions, but what that wrote is not there.
    LOST,
    /// Two records were submitted under one job id.
    RESUBMITTED,
    /// A record that a worker wrote has headers that can't be read.
    UNREADABLE,
    /// A record's origin is older than the topic's retention, so that nothing can be said.
    EXPIRED
  }

  /// Whether every item ended exactly once, and nothing is wrong.
  public boolean balanced() {
    return problemCounts.isEmpty();
  }

  /// Whether nothing is wrong but that some items have not ended yet.
  public boolean soundSoFar() {
    return problemCounts.keySet().stream().allMatch(kind -> kind == Kind.UNFINISHED);
  }
}
