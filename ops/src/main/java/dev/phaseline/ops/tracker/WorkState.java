package dev.phaseline.ops.tracker;

import java.util.Locale;
import java.util.Optional;

/// Where an item stands, or the job that it is of. A job that has not ended stands where most can
/// still happen to it: running before waiting before retrying before scheduled; one that has ended
/// is dead when any item is, cancelled when any is, and done otherwise.
public enum WorkState {
  /// Submitted for later; not in a phase's topic yet.
  SCHEDULED,
  /// In a phase's topic, or tried again in place by a worker.
  WAITING,
  /// A worker says that its handler is running. Known only where workers report.
  RUNNING,
  /// Handed to the timers after an attempt that failed; comes back when they are due.
  RETRYING,
  /// Its phase is suspended because something that it needs is down. Known only where workers
  /// report.
  SUSPENDED,
  /// It became its children and is no more. Items only.
  SPLIT,
  /// Ended well.
  DONE,
  /// Ended as a dead letter, which nobody has decided about.
  DEAD,
  /// Ended as a dead letter that an operator put away.
  DISCARDED,
  /// Ended because somebody cancelled or withdrew it.
  CANCELLED;

  /// As it is typed and shown.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Whether nothing more happens by itself.
  public boolean isEnded() {
    return compareTo(SPLIT) >= 0;
  }

  /// The state of this [#text].
  public static Optional<WorkState> of(String text) {
    for (var state : values()) if (state.text().equals(text)) return Optional.of(state);
    return Optional.empty();
  }
}
