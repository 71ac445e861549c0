package dev.phaseline.testkit.sim;

/// Planted fault in the performing side, to show that the guarantees detect it. Nothing, normally.
enum Tampering {
  /// Nothing.
  NONE,
  /// A settlement's last output record is not sent.
  OUTPUT_NOT_SENT,
  /// No output record is sent, the offsets are.
  OFFSETS_WITHOUT_OUTPUTS,
  /// Effects outside keyed by attempt, so that a second attempt does them again.
  ATTEMPT_IN_EFFECT_KEY,
  /// A commit whose answer is lost is reported as not having happened.
  UNKNOWN_SAID_ABORTED,
  /// A commit whose answer is lost is reported as having happened.
  UNKNOWN_SAID_DONE
}
