package dev.phaseline.schemas.schedule;

import org.jspecify.annotations.Nullable;

/// Failure of a schedule's definition, or of a record about schedules: one line that names the
/// field, its value, and what it should be.
public final class InvalidScheduleException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /// The field that is wrong, as in JSON; empty: the whole.
  private final String field;

  /// One for a field.
  ///
  /// @param field as in JSON, such as `cron`; empty: the whole
  /// @param message says what is wrong, with the field's name
  public InvalidScheduleException(String field, String message) {
    this(field, message, null);
  }

  /// One with a cause.
  public InvalidScheduleException(String field, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.field = field;
  }

  /// The field that is wrong, as in JSON; empty: the whole.
  public String field() {
    return field;
  }
}
