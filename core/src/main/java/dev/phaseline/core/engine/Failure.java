package dev.phaseline.core.engine;

import dev.phaseline.core.DeadKind;

/// One failed attempt.
///
/// @param attempt its number, from 1
/// @param startedNanos when it began, by the lane's clock
/// @param endedNanos when it ended, by the lane's clock
/// @param kind what sort of failure
/// @param said in words, bounded
public record Failure(
    int attempt, long startedNanos, long endedNanos, Kind kind, FailureText said) {

  /// The failure of a handler that threw.
  public static Failure threw(int attempt, Thrown thrown, long startedNanos, long endedNanos) {
    return new Failure(attempt, startedNanos, endedNanos, Kind.THROWN, thrown.said());
  }

  /// The failure of a handler that asked for another attempt.
  public static Failure asked(int attempt, String reason, long startedNanos, long endedNanos) {
    return new Failure(attempt, startedNanos, endedNanos, Kind.RETRY_ASKED, FailureText.of(reason));
  }

  /// The failure in one line: class and message of what was thrown, or the reason that was given.
  public String inWords() {
    return said.error() == null ? said.message() : said.simpleError() + ": " + said.message();
  }

  /// The reason of a dead letter that this failure is the last of: with its words, when something
  /// was thrown.
  ///
  /// @param why no other attempt follows
  public String reason(String why) {
    return said.error() == null ? why : why + ": " + inWords();
  }

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
    /// Its failure handler did not decide: the cause is the failure that it was asked about.
    UNDECIDED,
    /// A result that is larger than the log takes.
    TOO_BIG,
    /// A result that the log refuses, whatever its size.
    REFUSED,
    /// No process had what it takes, for as long as an item may wait for one.
    UNSERVED;

    /// The kind of the dead letter that an item becomes by it.
    public DeadKind dead() {
      return switch (this) {
        case THROWN, RETRY_ASKED, UNDECIDED -> DeadKind.FAILED;
        case TIMED_OUT -> DeadKind.TIMED_OUT;
        case CRASHED -> DeadKind.CRASHED;
        case EXPIRED -> DeadKind.EXPIRED;
        case TOO_BIG -> DeadKind.TOO_BIG;
        case REFUSED -> DeadKind.BAD_OUTCOME;
        case UNSERVED -> DeadKind.UNSERVED;
      };
    }
  }
}
