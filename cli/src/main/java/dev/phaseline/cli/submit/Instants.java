package dev.phaseline.cli.submit;

import dev.phaseline.cli.text.CommandFailure;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;

/// Points in time as they are typed. A text without a zone is refused, because the operator's zone
/// and the server's may differ. Pure.
public final class Instants {
  private Instants() {}

  /// The point in time that a text names.
  ///
  /// @param option what names it, for the message
  /// @throws CommandFailure when it is none
  public static Instant parse(String option, String text) {
    try {
      return OffsetDateTime.parse(text.strip()).toInstant();
    } catch (DateTimeParseException none) {
      throw CommandFailure.usage(
          option
              + " '"
              + text
              + "' is no point in time: write it with its zone, like 2026-12-24T18:00:00Z or"
              + " 2026-12-24T18:00:00+01:00");
    }
  }
}
