package dev.phaseline.worker.item;

import java.util.Locale;

/// Outcome of one attempt, as a span attribute.
enum AttemptOutcome {
  /// The item goes on as one record of a phase.
  NEXT,
  /// Goes on as several items.
  FAN_OUT,
  /// Ended well.
  DONE,
  /// Became a dead letter.
  DEAD,
  /// Retried from this lane.
  RETRY,
  /// Handed over to the timer service, and comes back.
  DEFERRED,
  /// The phase waits for a dependency; the attempt does not count.
  SUSPENDED,
  /// Waits for a worker that has the version of its pipeline; the attempt does not count.
  LEFT,
  /// Given up without a heartbeat.
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
      case RETRY, SUSPENDED, LEFT, TIMED_OUT, ABANDONED -> false;
    };
  }
}
