package dev.phaseline.worker;

import java.util.Locale;

/// What became of an item in a phase, as it is counted when its transaction has happened.
enum ItemOutcome {
  /// It goes on as one record of a phase.
  NEXT,
  /// It goes on as several.
  FAN_OUT,
  /// It has ended well.
  DONE,
  /// It has become a dead letter.
  DEAD,
  /// It was handed over to the timer service and comes back.
  DEFERRED;

  /// The value of the label `outcome`.
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
