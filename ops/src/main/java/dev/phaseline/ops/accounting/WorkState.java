package dev.phaseline.ops.accounting;

import java.util.Locale;
import java.util.Optional;

/// State of an item or a job. A job that has not ended stands where most can still happen to it:
/// running before waiting before retrying before scheduled; one that has ended is dead when any
/// item is, compensated when any is, cancelled when any is, and done otherwise.
public enum WorkState {
  /// Submitted for later; not in a phase's topic yet.
  SCHEDULED(0),
  /// In a phase's topic, or tried again in place by a worker.
  WAITING(1),
  /// A worker says that its handler is running. Known only where workers report.
  RUNNING(2),
  /// Handed to the timers after an attempt that failed; comes back when they are due.
  RETRYING(3),
  /// Its phase is suspended because something that it needs is down. Known only where workers
  /// report.
  SUSPENDED(4),
  /// Replaced by its children. Items only.
  SPLIT(5),
  /// Ended well.
  DONE(6),
  /// Ended as a dead letter, which nobody has decided about.
  DEAD(7),
  /// Ended as a dead letter that an operator put away.
  DISCARDED(8),
  /// Ended because somebody cancelled or withdrew it.
  CANCELLED(9),
  /// Ended by undoing what it had done.
  COMPENSATED(10);

  private static final WorkState[] ALL = values();

  private final int code;

  WorkState(int code) {
    this.code = code;
  }

  /// As it is stored.
  public int code() {
    return code;
  }

  /// The state that is stored so.
  public static WorkState of(int code) {
    for (var state : ALL) if (state.code == code) return state;
    throw new IllegalArgumentException("no state: " + code);
  }

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
