package dev.phaseline.schemas;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// The values of headers that are ours: text in UTF-8, numbers, times. Strict, with one word on
/// what is wrong; [#orNull] is for what is never worth an item. Thread-safe.
final class HeaderText {
  private static final int SHOWN_CHARS_MAX = 60;

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

  /// Enough of it to be known by.
  static String clip(String text) {
    return text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX) + "...";
  }
}
