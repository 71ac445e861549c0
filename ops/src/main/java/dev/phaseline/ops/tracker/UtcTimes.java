package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.time.LocalDate;

/// Reads times as [Instant] writes them. Every record of a job says when it was submitted, and the
/// general parser costs more than the rest of its headers together.
final class UtcTimes {
  private static final String FORM = "0000-00-00T00:00:00";
  private static final int FRACTION_FROM = FORM.length();
  private static final int CHARS_MAX = FRACTION_FROM + 11; // point, nine digits, Z

  private UtcTimes() {}

  /// Milliseconds since 1970.
  ///
  /// @throws java.time.DateTimeException when it is not a time
  /// @throws ArithmeticException when it is too far away
  static long millis(byte[] text) {
    if (!isPlain(text)) return Instant.parse(new String(text, UTF_8)).toEpochMilli();
    var day = LocalDate.of(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2)).toEpochDay();
    var second = number(text, 11, 2) * 3_600L + number(text, 14, 2) * 60L + number(text, 17, 2);
    return (day * 86_400 + second) * 1_000 + fraction(text);
  }

  /// Whether it is of the form that nearly all have; leap seconds and midnights at the end of a day
  /// are not.
  private static boolean isPlain(byte[] text) {
    var last = text.length - 1;
    if (last < FRACTION_FROM || last >= CHARS_MAX || text[last] != 'Z') return false;
    for (var i = 0; i < FRACTION_FROM; i++) {
      if (FORM.charAt(i) == '0' ? !isDigit(text[i]) : text[i] != FORM.charAt(i)) return false;
    }
    if (number(text, 11, 2) > 23 || number(text, 14, 2) > 59 || number(text, 17, 2) > 59) {
      return false;
    }
    if (last == FRACTION_FROM) return true;
    if (text[FRACTION_FROM] != '.') return false;
    for (var i = FRACTION_FROM + 1; i < last; i++) if (!isDigit(text[i])) return false;
    return last > FRACTION_FROM + 1;
  }

  private static int fraction(byte[] text) {
    var millis = 0;
    for (var i = 1; i <= 3; i++) {
      var at = FRACTION_FROM + i;
      millis = millis * 10 + (at < text.length - 1 ? text[at] - '0' : 0);
    }
    return millis;
  }

  private static int number(byte[] text, int from, int digits) {
    var value = 0;
    for (var i = from; i < from + digits; i++) value = value * 10 + text[i] - '0';
    return value;
  }

  private static boolean isDigit(byte one) {
    return one >= '0' && one <= '9';
  }
}
