package dev.phaseline.schedules;

import dev.phaseline.schemas.Clipped;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.MonthDay;
import java.util.regex.Pattern;

/// Entry of a calendar of exclusions. Immutable.
sealed interface Exclusion {
  /// The first time at or after this one that the entry leaves in; the time itself when it does.
  LocalDateTime firstLeftIn(LocalDateTime time);

  /// Dates, both included.
  ///
  /// @param first the first
  /// @param last the last
  record Dates(LocalDate first, LocalDate last) implements Exclusion {
    @Override
    public LocalDateTime firstLeftIn(LocalDateTime time) {
      var date = time.toLocalDate();
      var isOut = !date.isBefore(first) && !date.isAfter(last);
      return isOut ? last.plusDays(1).atStartOfDay() : time;
    }
  }

  /// Dates of every year, both included; the last may be in the year after the first.
  ///
  /// @param first the first
  /// @param last the last
  record Yearly(MonthDay first, MonthDay last) implements Exclusion {
    @Override
    public LocalDateTime firstLeftIn(LocalDateTime time) {
      var date = time.toLocalDate();
      var day = MonthDay.from(date);
      var isWrapped = last.isBefore(first);
      var isOut =
          isWrapped
              ? !day.isBefore(first) || !day.isAfter(last)
              : !day.isBefore(first) && !day.isAfter(last);
      if (!isOut) return time;
      var year = isWrapped && !day.isBefore(first) ? date.getYear() + 1 : date.getYear();
      // 29 February of another year is its 28th, so the day after is 1 March in each
      return last.atYear(year).plusDays(1).atStartOfDay();
    }
  }

  /// Times that a cron line matches.
  ///
  /// @param line the line
  record Times(CronLine line) implements Exclusion {
    @Override
    public LocalDateTime firstLeftIn(LocalDateTime time) {
      return line.matches(time) ? line.afterMatch(time) : time;
    }
  }

  /// Reads an entry.
  ///
  /// @throws InvalidScheduleException when it is none, or its end is before its start
  static Exclusion parse(String text) {
    var range = Text.RANGE.matcher(text.strip());
    if (!range.matches()) return new Times(CronLine.parse("exclude", text));
    try {
      if (range.group("from") != null) {
        var first = LocalDate.parse(range.group("from"));
        var last = range.group("to") == null ? first : LocalDate.parse(range.group("to"));
        if (!last.isBefore(first)) return new Dates(first, last);
        throw new InvalidScheduleException(
            "exclude", "exclude '" + Clipped.of(text) + "' ends before it starts");
      }
      var first = MonthDay.parse("--" + range.group("day"));
      var until = range.group("until");
      return new Yearly(first, until == null ? first : MonthDay.parse("--" + until));
    } catch (DateTimeException noDate) {
      throw new InvalidScheduleException(
          "exclude", "exclude '" + Clipped.of(text) + "' has a date that does not exist", noDate);
    }
  }

  /// Patterns of entries.
  final class Text {
    private static final Pattern RANGE =
        Pattern.compile(
            "(?<from>\\d{4}-\\d\\d-\\d\\d)(?:\\.\\.(?<to>\\d{4}-\\d\\d-\\d\\d))?"
                + "|(?<day>\\d\\d-\\d\\d)(?:\\.\\.(?<until>\\d\\d-\\d\\d))?");

    private Text() {}
  }
}
