package dev.phaseline.cli.schedule;

import dev.phaseline.cli.text.Ages;
import dev.phaseline.ops.schedule.ScheduleAnswers;
import dev.phaseline.schemas.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Texts of schedules in tables. Pure.
final class ScheduleTexts {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss xxx", Locale.ROOT);
  private static final String NONE = "-";

  private ScheduleTexts() {}

  /// An instant in a zone, like `2026-12-01 02:00:00 +01:00`.
  static String local(Instant instant, ZoneId zone) {
    return LOCAL.format(instant.atZone(zone));
  }

  /// An instant with its day of the week and the zone's name.
  static String full(Instant instant, ZoneId zone) {
    var at = instant.atZone(zone);
    var day = at.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
    return day + ' ' + LOCAL.format(at) + "  " + zone.getId();
  }

  /// The time until an instant.
  static String until(@Nullable String instant, Instant now) {
    if (instant == null) return NONE;
    return "in " + Ages.of(Duration.between(now, Instant.parse(instant)));
  }

  /// The time since an instant.
  static String since(String instant, Instant now) {
    return Ages.of(Duration.between(Instant.parse(instant), now)) + " ago";
  }

  /// The latest run in words.
  static String last(ScheduleAnswers.@Nullable Last last, Instant now) {
    if (last == null) return NONE;
    return (last.outcome() == null ? "running" : last.outcome())
        + ' '
        + since(last.submitted(), now);
  }

  /// A span; `-` when it is not known.
  static String span(@Nullable Long ms) {
    return ms == null ? NONE : DurationText.of(Duration.ofMillis(ms));
  }

  /// A text; `-` when there is none.
  static String orNone(@Nullable String text) {
    return text == null ? NONE : text;
  }
}
