package dev.phaseline.server;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Durations as a server file has them: `250ms`, `30s`, `1h30m`, `7d`. What is written can be read
/// again. Stateless.
public final class DurationText {
  /// The form, for messages.
  static final String EXAMPLES = "a time like 250ms, 30s, 5m or 1h30m";

  private static final Pattern MILLIS = Pattern.compile("([0-9]{1,12})ms");
  private static final Pattern DAYS = Pattern.compile("([0-9]{1,6})d(.*)");

  private DurationText() {}

  /// The duration that a text means, if it means one. It may be zero, and is never negative.
  public static Optional<Duration> parse(String text) {
    var millis = MILLIS.matcher(text);
    if (millis.matches()) return Optional.of(Duration.ofMillis(Long.parseLong(millis.group(1))));
    try {
      var days = DAYS.matcher(text);
      var iso =
          days.matches()
              ? "P" + days.group(1) + "D" + (days.group(2).isEmpty() ? "" : "T" + days.group(2))
              : "PT" + text;
      var duration = Duration.parse(iso.toUpperCase(Locale.ROOT));
      return duration.isNegative() ? Optional.empty() : Optional.of(duration);
    } catch (DateTimeParseException notDuration) {
      return Optional.empty();
    }
  }

  /// A duration as text, exact to the millisecond.
  public static String of(Duration duration) {
    if (duration.toMillisPart() != 0) {
      return duration.toSeconds() == 0
          ? duration.toMillis() + "ms"
          : duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
    var parts = new ArrayList<String>();
    if (duration.toDaysPart() > 0) parts.add(duration.toDaysPart() + "d");
    if (duration.toHoursPart() > 0) parts.add(duration.toHoursPart() + "h");
    if (duration.toMinutesPart() > 0) parts.add(duration.toMinutesPart() + "m");
    if (duration.toSecondsPart() > 0) parts.add(duration.toSecondsPart() + "s");
    return parts.isEmpty() ? "0s" : String.join("", parts);
  }
}
