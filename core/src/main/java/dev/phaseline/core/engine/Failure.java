package dev.phaseline.core.engine;

/// One failed attempt.
///
/// @param attempt its number, from 1
/// @param startedNanos when it began, by the lane's clock
/// @param endedNanos when it ended, by the lane's clock
/// @param kind what sort of failure
/// @param said in words, bounded
public record Failure(
    int attempt, long startedNanos, long endedNanos, Kind kind, FailureText said) {

  /// Kind of a failure.
  public enum Kind {
    /// The handler threw.
    THROWN,
    /// The handler asked for another attempt.
    RETRY_ASKED,
    /// No sign of life within the timeout.
    TIMED_OUT,
    /// The process died whenever this item ran.
    CRASHED,
    /// The job's deadline comes before the next attempt could begin.
    EXPIRED,
    /// A result that is larger than the log takes.
    TOO_BIG,
    /// A result that the log refuses, whatever its size.
    REFUSED
  }
}
