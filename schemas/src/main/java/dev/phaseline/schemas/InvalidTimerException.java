package dev.phaseline.schemas;

/// Refusal of an invalid timer: it is refused before it is written, or kept as a dead timer when
/// another writer wrote it. The message names the field, its value and what it should be.
public final class InvalidTimerException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// The part of a timer that is wrong.
  public enum Part {
    /// The record's key: not UTF-8 text of 1 to 249 characters without control characters.
    ID,
    /// The time at which it is due: missing, not a number, before 1970 or more than 100 years
    /// ahead.
    DUE,
    /// The target topic: missing, or not a topic of a pipeline of this namespace.
    TARGET,
    /// The record that it becomes: a null value that no header explains, or one that is explained
    /// and there.
    VALUE,
    /// The command: neither a timer nor a cancel.
    COMMAND
  }

  /// The part that is wrong.
  private final Part part;

  InvalidTimerException(Part part, String message) {
    super(message);
    this.part = part;
  }

  /// The part that is wrong.
  public Part part() {
    return part;
  }
}
