package dev.phaseline.worker.telemetry;

import java.util.Locale;

/// Outcome of an item in a phase, counted when its transaction has committed.
enum ItemOutcome {
  /// Goes on as one record of a phase.
  NEXT,
  /// Goes on as several items.
  FAN_OUT,
  /// Ended well.
  DONE,
  /// Became a dead letter.
  DEAD,
  /// Handed over to the timer service, and comes back.
  DEFERRED;

  /// The value of the label `outcome`.
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
