package dev.phaseline.schemas;

import java.time.Instant;
import java.time.Month;
import java.time.format.DateTimeParseException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// The values of headers that are ours: text in UTF-8, numbers, times. Strict, with one word on
/// what is wrong; [#orNull] is for what is never worth an item. Thread-safe.
final class HeaderText {
  private static final int SHOWN_CHARS_MAX = 60;
  private static final String INSTANT = "dddd-dd-ddTdd:dd:ddZ";
  private static final int INSTANT_CHARS_MAX = "2026-01-31T12:00:00.123456789Z".length();

  private HeaderText() {}

  /// The text.
  ///
  /// @throws MalformedHeaderException when it is null or not UTF-8
  static String of(Header header) {
    if (header.value() == null) {
      throw new MalformedHeaderException("header " + header.key() + " is null");
    }
    var text = Utf8.decode(header.value());
    if (text == null)
      throw new MalformedHeaderException("header " + header.key() + " is not UTF-8");
    return text;
  }

  /// The text; null when there is none, or it is not UTF-8.
  static @Nullable String orNull(Header header) {
    return header.value() == null ? null : Utf8.decode(header.value());
  }

  /// @throws MalformedHeaderException when it is no number
  static int number(Header header) {
    var text = of(header);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw new MalformedHeaderException(
          "header " + header.key() + " is not a number: '" + clip(text) + "'", notANumber);
    }
  }

  /// @throws MalformedHeaderException when it is no time
  static Instant instant(Header header) {
    var text = of(header);
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException notATime) {
      throw new MalformedHeaderException(
          "header "
              + header.key()
              + " is not a time like 2026-01-31T12:00:00Z: '"
              + clip(text)
              + "'",
          notATime);
    }
  }

  /// Whether it is printable ASCII, of 1 to `max` characters: a text that nothing is wrong with.
  static boolean isPlainText(byte @Nullable [] value, int max) {
    if (value == null || value.length == 0 || value.length > max) return false;
    for (var c : value) if (c < ' ' || c > '~') return false;
    return true;
  }

  /// Whether it is a time in the form that [Instant#toString()] gives; false of a leap day.
  static boolean isPlainInstant(byte @Nullable [] value) {
    if (value == null || value.length < INSTANT.length() || value.length > INSTANT_CHARS_MAX) {
      return false;
    }
    for (var i = 0; i < INSTANT.length() - 1; i++) {
      var isDigit = value[i] >= '0' && value[i] <= '9';
      if (INSTANT.charAt(i) == 'd' ? !isDigit : value[i] != INSTANT.charAt(i)) return false;
    }
    return isIn(value, 5, 1, 12)
        && isIn(value, 8, 1, Month.of(number(value, 5)).minLength())
        && isIn(value, 11, 0, 23)
        && isIn(value, 14, 0, 59)
        && isIn(value, 17, 0, 59)
        && endsPlainly(value);
  }

  private static boolean isIn(byte[] value, int at, int min, int max) {
    var number = number(value, at);
    return number >= min && number <= max;
  }

  private static int number(byte[] value, int at) {
    return 10 * (value[at] - '0') + value[at + 1] - '0';
  }

  /// With a `Z`, or with up to nine decimals before it.
  private static boolean endsPlainly(byte[] value) {
    var end = value.length - 1;
    var at = INSTANT.length() - 1;
    if (value[end] != 'Z') return false;
    if (at == end) return true;
    if (value[at] != '.' || at + 1 == end) return false;
    for (var i = at + 1; i < end; i++) if (value[i] < '0' || value[i] > '9') return false;
    return true;
  }

  /// Enough of it to be known by.
  static String clip(String text) {
    return text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX) + "...";
  }
}
