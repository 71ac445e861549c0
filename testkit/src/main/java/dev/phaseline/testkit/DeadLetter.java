package dev.phaseline.testkit;

import java.util.List;

/// An item that ended in failure. Immutable.
///
/// @param phase the phase that gave up
/// @param jobId the job
/// @param path the item's place in its job, `/` for the first
/// @param kind what sort of failure
/// @param reason in words
/// @param attempts how many attempts that phase took
/// @param history what went wrong each time, in order
public record DeadLetter(
    String phase,
    String jobId,
    String path,
    Kind kind,
    String reason,
    int attempts,
    List<String> history) {

  /// What sort of failure; the same words as in the header of a dead letter.
  public enum Kind {
    /// The handler said so.
    REJECTED,
    /// The last attempt threw, or asked for one more.
    FAILED,
    /// The bytes are not a payload of this phase.
    UNDECODABLE,
    /// The handler's answer can't be used: null, an unknown phase, a value that can't be encoded.
    BAD_OUTCOME,
    /// The payload, an output or a fan-out is over the limit.
    TOO_BIG,
    /// The job's deadline has passed.
    EXPIRED
  }

  public DeadLetter {
    history = List.copyOf(history);
  }
}
