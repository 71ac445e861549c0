package dev.phaseline.schemas.schedule;

import dev.phaseline.schemas.Clipped;
import dev.phaseline.schemas.DurationText;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Spans of time as text: `100ms`, `90s`, `1h30m`, `2d`. Read also in ISO 8601 (`PT1H30M`). A day
/// has 24 hours. Spans are never negative, and counted in milliseconds. Thread-safe.
public final class Spans {
  private static final Pattern SHORT =
      Pattern.compile(
          "(?:(\\d{1,9})w)?(?:(\\d{1,9})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m(?!s))?"
              + "(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");
  private static final long[] UNIT_MS = {604_800_000, 86_400_000, 3_600_000, 60_000, 1_000, 1};

  /// About 100 years: longer spans are slips of the unit.
  private static final Duration MAX = Duration.ofDays(36_525);

  private Spans() {}

  /// The span that a text names.
  ///
  /// @param field whose value it is, for the message
  /// @throws InvalidScheduleException when it is none, is negative, or longer than 100 years
  public static Duration read(String field, String text) {
    var parts = SHORT.matcher(text);
    if (!text.isEmpty() && parts.matches()) return checked(field, text, sum(parts));
    try {
      return checked(field, text, Duration.parse(text));
    } catch (DateTimeParseException neither) {
      throw new InvalidScheduleException(
          field,
          field + " is no span of time like 90s, 1h30m or 2d: '" + Clipped.of(text) + "'",
          neither);
    }
  }

  /// The text of a span, in the short form; [#read] reads it.
  public static String text(Duration span) {
    return DurationText.of(span); // weeks are read, not written
  }

  private static Duration sum(Matcher parts) {
    var millis = 0L;
    for (var i = 0; i < UNIT_MS.length; i++) {
      var digits = parts.group(i + 1);
      if (digits != null) millis += Long.parseLong(digits) * UNIT_MS[i];
    }
    return Duration.ofMillis(millis);
  }

  private static Duration checked(String field, String text, Duration span) {
    if (!span.isNegative() && span.compareTo(MAX) <= 0) return Duration.ofMillis(span.toMillis());
    throw new InvalidScheduleException(
        field, field + " is not from 0s to 100 years: '" + Clipped.of(text) + "'");
  }
}
