package dev.phaseline.schedules;

import dev.phaseline.schemas.Clipped;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.scheduling.support.CronExpression;

/// One cron line on a wall clock that knows no zone. Five fields (minute, hour, day of month,
/// month, day of week), six with the second first, or a name such as `@daily`; with names of months
/// and days, `L`, `W` and `#`.
///
/// When both days are restricted, a time matches when one of them does, as in every crontab.
/// Spring, which parses the line, wants both to match; so such a line is two expressions.
/// Immutable.
final class CronLine {
  private static final int CHARS_MAX = 200;
  private static final int DAY_OF_MONTH = 3;
  private static final int DAY_OF_WEEK = 5;
  private static final List<String> NAMED =
      List.of("@hourly", "@daily", "@midnight", "@weekly", "@monthly", "@yearly", "@annually");

  /// Fields with the values that they take, for messages.
  private static final List<Field> FIELDS =
      List.of(
          new Field("second", "0 to 59"),
          new Field("minute", "0 to 59"),
          new Field("hour", "0 to 23"),
          new Field("day of month", "1 to 31, L or 15W"),
          new Field("month", "1 to 12 or JAN to DEC"),
          new Field("weekday", "0 to 7, MON to SUN, 5L or MON#2"));

  private record Field(String name, String values) {}

  private final String text;
  private final List<CronExpression> either;
  private final boolean everyHour;
  private final ChronoUnit unit;

  private CronLine(String text, List<CronExpression> either, boolean everyHour, ChronoUnit unit) {
    this.text = text;
    this.either = either;
    this.everyHour = everyHour;
    this.unit = unit;
  }

  /// Reads a line.
  ///
  /// @param field whose value it is, for the message
  /// @throws InvalidScheduleException when it is none, or there is no such day, as 30 February
  static CronLine parse(String field, String text) {
    if (text.length() > CHARS_MAX) {
      throw new InvalidScheduleException(
          field,
          field + " has a line of " + text.length() + " characters, at most 200 are allowed");
    }
    var line =
        text.strip().startsWith("@") ? named(field, text.strip()) : fields(field, text.strip());
    if (line.next(LocalDateTime.of(2000, 1, 1, 0, 0)) != null) return line;
    throw new InvalidScheduleException(
        field, field + " line '" + Clipped.of(text) + "' never fires: there is no such day");
  }

  private static CronLine named(String field, String text) {
    if (!NAMED.contains(text)) throw unreadable(field, text, NearNames.remedy(text, NAMED));
    var everyHour = text.equals("@hourly");
    return new CronLine(text, List.of(CronExpression.parse(text)), everyHour, ChronoUnit.MINUTES);
  }

  private static CronLine fields(String field, String text) {
    var given = List.of(text.split("\\s+"));
    if (given.size() != 5 && given.size() != 6) {
      throw new InvalidScheduleException(
          field,
          field
              + " line '"
              + Clipped.of(text)
              + "' has "
              + (text.isEmpty() ? 0 : given.size())
              + " fields; it must have 5 (minute hour day month weekday) or 6 (second first)");
    }
    var six = new ArrayList<>(given);
    if (six.size() == 5) six.addFirst("0");
    var unit =
        given.size() == 5 || isStar(six.getFirst()) ? ChronoUnit.MINUTES : ChronoUnit.SECONDS;
    var expressions = new ArrayList<CronExpression>();
    if (isStar(six.get(DAY_OF_MONTH)) || isStar(six.get(DAY_OF_WEEK))) {
      expressions.add(spring(field, text, six));
    } else {
      for (var open : new int[] {DAY_OF_MONTH, DAY_OF_WEEK}) {
        var one = new ArrayList<>(six);
        one.set(open, "*");
        expressions.add(spring(field, text, one));
      }
    }
    return new CronLine(text, List.copyOf(expressions), isStar(six.get(2)), unit);
  }

  private static boolean isStar(String field) {
    return field.startsWith("*") || field.startsWith("?");
  }

  private static CronExpression spring(String field, String text, List<String> six) {
    var parsed = parsed(six);
    if (parsed.isPresent()) return parsed.get();
    throw unreadable(field, text, slip(six));
  }

  /// A slip may meet any of Spring's parsers, and each has exceptions of its own.
  private static Optional<CronExpression> parsed(List<String> six) {
    try {
      return Optional.of(CronExpression.parse(String.join(" ", six)));
    } catch (RuntimeException unreadable) {
      return Optional.empty();
    }
  }

  /// The first field that can't be read by itself, and what it takes.
  private static String slip(List<String> six) {
    for (var at = 0; at < FIELDS.size(); at++) {
      var alone = new ArrayList<>(Collections.nCopies(FIELDS.size(), "*"));
      alone.set(at, six.get(at));
      if (parsed(alone).isPresent()) continue;
      return "its %s is '%s'; use %s, lists, ranges, steps or *"
          .formatted(FIELDS.get(at).name(), Clipped.of(six.get(at)), FIELDS.get(at).values());
    }
    return "use a line like 30 2 * * MON-FRI";
  }

  private static InvalidScheduleException unreadable(String field, String text, String remedy) {
    return new InvalidScheduleException(
        field, field + " line '" + Clipped.of(text) + "' can't be read: " + remedy);
  }

  /// The line as it was given.
  String text() {
    return text;
  }

  /// Whether its hour field is `*` or `*/n`: it is about a rhythm, not about times of the day.
  boolean isEveryHour() {
    return everyHour;
  }

  /// The first time after this one; null: there is none.
  @Nullable LocalDateTime next(LocalDateTime after) {
    LocalDateTime first = null;
    for (var one : either) {
      var next = one.next(after);
      if (next != null && (first == null || next.isBefore(first))) first = next;
    }
    return first;
  }

  /// Whether it matches a time: its second, or its minute if the line names no seconds.
  boolean matches(LocalDateTime time) {
    var cut = time.truncatedTo(unit);
    return cut.equals(next(cut.minusNanos(1)));
  }

  /// The end of the second or minute of this time.
  LocalDateTime afterMatch(LocalDateTime time) {
    return time.truncatedTo(unit).plus(1, unit);
  }
}
