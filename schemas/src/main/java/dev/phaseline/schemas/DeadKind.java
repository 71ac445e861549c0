package dev.phaseline.schemas;

import java.util.Locale;

/// Cause of death of an item; its reason in words is beside it.
public enum DeadKind {
  /// The handler said so.
  REJECTED,
  /// The last attempt threw.
  FAILED,
  /// The last attempt ran out of time.
  TIMED_OUT,
  /// The bytes are not a payload of this phase.
  UNDECODABLE,
  /// The handler's answer can't be used: null, an unknown phase, a value that can't be encoded.
  BAD_OUTCOME,
  /// The payload, an output or a fan-out is over the limit.
  TOO_BIG,
  /// The job's deadline has passed.
  EXPIRED,
  /// The worker's process died whenever this item ran.
  CRASHED;

  /// The value of the header [HeaderNames#KIND].
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
