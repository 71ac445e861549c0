package dev.phaseline.core.engine;

import java.time.Duration;

/// The end of one attempt, as the handler's thread reports it: data of ours alone. What a handler
/// threw is described on its own thread ([Thrown]), because the lane must not touch it.
public sealed interface AttemptResult {

  /// The item is complete in this phase.
  ///
  /// @param settlement the records
  record Settled(Settlement settlement) implements AttemptResult {}

  /// The item is to be given up whatever attempts are left, and its failure handler has not been
  /// asked yet.
  ///
  /// @param failure the failure that it would be a dead letter for
  record GaveUp(LastFailure failure) implements AttemptResult {}

  /// The handler threw: the retry policy says what follows.
  ///
  /// @param thrown what it threw
  record Threw(Thrown thrown) implements AttemptResult {
    /// The same of an exception that was just caught on this thread.
    public Threw(Throwable thrown) {
      this(Thrown.of(thrown));
    }
  }

  /// The handler asked for another attempt, which spends this one.
  ///
  /// @param delay no earlier than this from now
  /// @param reason for the operator
  record RetryAsked(Duration delay, String reason) implements AttemptResult {}

  /// A dependency is down: the phase waits, the attempt does not count.
  ///
  /// @param delay from now
  /// @param reason for the operator
  record SuspendAsked(Duration delay, String reason) implements AttemptResult {}

  /// The item is for another process, which has what it takes: it waits, the attempt does not
  /// count.
  ///
  /// @param version the version of the pipeline that this process does not have
  /// @param reason that version in words, for the operator
  record LeftToOthers(int version, String reason) implements AttemptResult {}
}
