package dev.phaseline.schemas;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as people write them, in options, files and requests: `250ms`, `30s`, `5m`, `1h30m`,
/// `2d`. A day has 24 hours. Pure.
public final class DurationText {
  /// The rule in words, as the end of a sentence.
  public static final String RULE = "use a time like 250ms, 30s, 5m, 1h30m or 2d";

  private static final Pattern WHOLE =
      Pattern.compile(
          "(?:(\\d{1,6})d)?(?:(\\d{1,9})h)?(?:(\\d{1,9})m)?(?:(\\d{1,9})s)?(?:(\\d{1,12})ms)?");
  private static final long[] UNITS_MS = {86_400_000, 3_600_000, 60_000, 1_000, 1};
  private static final String[] UNITS = {"d", "h", "m", "s", "ms"};

  private DurationText() {}

  /// The duration that a text names, to the millisecond.
  ///
  /// @throws IllegalArgumentException with the text and [#RULE] when it names none
  public static Duration parse(String text) {
    var found = WHOLE.matcher(text.strip());
    if (text.isBlank() || !found.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no duration: " + RULE);
    }
    return Duration.ofMillis(total(found));
  }

  private static long total(Matcher found) {
    var total = 0L;
    for (var i = 0; i < UNITS.length; i++) {
      var number = found.group(i + 1);
      if (number != null) total += Long.parseLong(number) * UNITS_MS[i];
    }
    return total;
  }

  /// The text of a duration, in its largest units; [#parse] reads it. What is below a millisecond
  /// is cut off.
  public static String of(Duration duration) {
    var rest = duration.toMillis();
    if (rest <= 0) return "0s";
    var text = new StringBuilder();
    for (var i = 0; i < UNITS.length; i++) {
      if (rest >= UNITS_MS[i]) text.append(rest / UNITS_MS[i]).append(UNITS[i]);
      rest %= UNITS_MS[i];
    }
    return text.toString();
  }
}
