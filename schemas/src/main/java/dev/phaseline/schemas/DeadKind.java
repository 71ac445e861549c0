package dev.phaseline.schemas;

import java.util.Locale;

/// The class of an item's cause of death, as readers of dead letters have it. The same as `core`'s
/// enum of this name, which decides and which modules without `core`, such as `ops`, can't see; a
/// test of `worker` compares both. Words for people are in the reason beside it. Immutable.
public enum DeadKind {
  /// Decided by the handler.
  REJECTED,
  /// The last attempt threw, or asked for one more.
  FAILED,
  /// The last attempt ran out of time.
  TIMED_OUT,
  /// The bytes are not a payload of this phase.
  UNDECODABLE,
  /// The handler's answer can't be used: null, an unknown phase, a value that can't be encoded.
  BAD_OUTCOME,
  /// The payload, an output or a fan-out is over the limit.
  TOO_BIG,
  /// The job's deadline has passed, or comes before the next attempt.
  EXPIRED,
  /// The worker's process died whenever this item ran.
  CRASHED,
  /// No worker had the version of its pipeline, for as long as an item waits for one.
  UNSERVED,
  /// A compensation has failed for good: what the item has done is not all undone.
  COMPENSATION;

  /// The value of the header [HeaderNames#KIND].
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
