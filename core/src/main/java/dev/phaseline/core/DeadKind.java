package dev.phaseline.core;

import java.util.Locale;

/// The reason that an item became a dead letter, as one of a few; words stand beside it. Worker,
/// test kit and the header of a dead letter have the same ones.
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

  /// The kind as a dead letter's header has it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
