package dev.phaseline.testkit.sim;

/// Planted fault in the performing side, to show that the guarantees detect it. Nothing, normally.
enum Tampering {
  /// Nothing.
  NONE,
  /// A settlement's last output record is not sent.
  OUTPUT_NOT_SENT,
  /// No output record is sent, the offsets are.
  OFFSETS_WITHOUT_OUTPUTS,
  /// What an item does outside is keyed by attempt, so a second attempt does it again.
  ATTEMPT_IN_EFFECT_KEY,
  /// A commit whose answer is lost is reported as not having happened.
  UNKNOWN_SAID_ABORTED,
  /// A commit whose answer is lost is reported as having happened.
  UNKNOWN_SAID_DONE
}
