package dev.phaseline.schemas;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as people write them, in options, files, definitions and requests: `250ms`, `30s`,
/// `1.5s`, `5m`, `1h30m`, `2d`, `1w`. Read also in ISO 8601 (`PT1H30M`). A day has 24 hours. They
/// are never negative, at most 100 years, and counted in milliseconds. Pure.
public final class DurationText {
  /// The form in words, as the object of a sentence.
  public static final String FORM = "a time like 250ms, 30s, 5m, 1h30m or 2d";

  /// The rule in words, as the end of a sentence.
  public static final String RULE = "use " + FORM;

  private static final Pattern SHORT =
      Pattern.compile(
          "(?:(\\d{1,6})w)?(?:(\\d{1,6})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?"
              + "(?:(\\d{1,9})(?:\\.(\\d{1,3}))?s)?(?:(\\d{1,12})ms)?");
  private static final long[] UNITS_MS = {604_800_000, 86_400_000, 3_600_000, 60_000, 1_000};
  private static final String[] UNITS = {"w", "d", "h", "m", "s"};
  private static final int FRACTION_GROUP = 6;
  private static final int MILLIS_GROUP = 7;

  /// Weeks are read, and written as days.
  private static final int LARGEST_WRITTEN = 1;

  /// About 100 years: longer durations are slips of the unit.
  private static final Duration MAX = Duration.ofDays(36_525);

  private DurationText() {}

  /// The duration that a text names, to the millisecond.
  ///
  /// @throws IllegalArgumentException with the text and [#RULE] when it names none, or one of more
  ///   than 100 years
  public static Duration parse(String text) {
    var found = named(text.strip());
    if (found.isEmpty()) {
      throw new IllegalArgumentException("'" + Clipped.of(text) + "' is no duration: " + RULE);
    }
    if (found.get().compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          "'" + Clipped.of(text) + "' is longer than 100 years: " + RULE);
    }
    return Duration.ofMillis(found.get().toMillis());
  }

  /// As [#parse]; empty when the text names no duration, or one of more than 100 years.
  public static Optional<Duration> read(String text) {
    return named(text.strip())
        .filter(duration -> duration.compareTo(MAX) <= 0)
        .map(duration -> Duration.ofMillis(duration.toMillis()));
  }

  private static Optional<Duration> named(String text) {
    var parts = SHORT.matcher(text);
    if (!text.isEmpty() && parts.matches()) return Optional.of(sum(parts));
    try {
      return Optional.of(Duration.parse(text)).filter(duration -> !duration.isNegative());
    } catch (DateTimeParseException neither) {
      return Optional.empty();
    }
  }

  private static Duration sum(Matcher parts) {
    var total = 0L;
    for (var i = 0; i < UNITS_MS.length; i++) {
      var number = parts.group(i + 1);
      if (number != null) total += Long.parseLong(number) * UNITS_MS[i];
    }
    var fraction = parts.group(FRACTION_GROUP);
    if (fraction != null) total += Long.parseLong((fraction + "00").substring(0, 3));
    var millis = parts.group(MILLIS_GROUP);
    if (millis != null) total += Long.parseLong(millis);
    return Duration.ofMillis(total);
  }

  /// The text of a duration, in its largest units up to days; [#parse] reads it. What is below a
  /// millisecond is cut off.
  public static String of(Duration duration) {
    var rest = duration.toMillis();
    if (rest <= 0) return "0s";
    var text = new StringBuilder();
    for (var i = LARGEST_WRITTEN; i < UNITS_MS.length; i++) {
      if (rest >= UNITS_MS[i]) text.append(rest / UNITS_MS[i]).append(UNITS[i]);
      rest %= UNITS_MS[i];
    }
    if (rest > 0) text.append(rest).append("ms");
    return text.toString();
  }
}
