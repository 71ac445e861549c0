package dev.phaseline.worker;

import java.util.Locale;

/// What became of one attempt, as its span says it.
enum AttemptOutcome {
  /// The item goes on as one record of a phase.
  NEXT,
  /// It goes on as several.
  FAN_OUT,
  /// It has ended well.
  DONE,
  /// It has become a dead letter.
  DEAD,
  /// It is tried again from this lane.
  RETRY,
  /// It was handed over to the timer service and comes back.
  DEFERRED,
  /// The phase waits for a dependency; the attempt does not count.
  SUSPENDED,
  /// It was given up without a sign of life.
  TIMED_OUT,
  /// Its job was cancelled.
  CANCELLED,
  /// Its partition was taken away or the worker stopped: another worker begins anew.
  ABANDONED;

  /// The value of the attribute `phaseline.outcome`.
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether nothing will be written for the item after that.
  boolean isTheLast() {
    return switch (this) {
      case NEXT, FAN_OUT, DONE, DEAD, DEFERRED, CANCELLED -> true;
      case RETRY, SUSPENDED, TIMED_OUT, ABANDONED -> false;
    };
  }
}
