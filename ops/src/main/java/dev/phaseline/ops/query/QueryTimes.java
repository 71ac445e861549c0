package dev.phaseline.ops.query;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Pattern;

/// Times as they are typed in queries.
final class QueryTimes {
  static final String EXAMPLES = "30m, 2h, 7d, 1w ago; 2026-11-01; 2026-11-01T00:00Z";

  private static final Pattern AGO = Pattern.compile("([0-9]{1,6})([smhdw])");

  private QueryTimes() {}

  /// The time that is meant; empty for text that is none. A day begins at midnight in UTC.
  static Optional<Instant> read(String text, Instant now) {
    var ago = AGO.matcher(text);
    if (ago.matches()) return Optional.of(now.minus(span(ago.group(1), ago.group(2).charAt(0))));
    var isDay = text.indexOf('T') < 0 && text.indexOf('t') < 0;
    return isDay ? day(text) : instant(text).or(() -> withOffset(text));
  }

  private static Duration span(String digits, char unit) {
    var number = Long.parseLong(digits);
    return switch (unit) {
      case 's' -> Duration.ofSeconds(number);
      case 'm' -> Duration.ofMinutes(number);
      case 'h' -> Duration.ofHours(number);
      case 'd' -> Duration.ofDays(number);
      case 'w' -> Duration.ofDays(7 * number);
      default -> throw new IllegalArgumentException("no unit of time: " + unit);
    };
  }

  private static Optional<Instant> day(String text) {
    try {
      return Optional.of(LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeException notADay) {
      return Optional.empty();
    }
  }

  /// Takes the end of a day (`24:00:00Z`) and leap seconds, which [#withOffset] does not.
  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException another) {
      return Optional.empty();
    }
  }

  /// Takes times without seconds, which [#instant] does not.
  private static Optional<Instant> withOffset(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException notATime) {
      return Optional.empty();
    }
  }
}
