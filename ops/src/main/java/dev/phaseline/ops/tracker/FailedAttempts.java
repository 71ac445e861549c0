package dev.phaseline.ops.tracker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reader of the failed attempts in the header `pl-history`. Malformed entries are ignored.
final class FailedAttempts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TEXT_CHARS_MAX = 2_000;

  /// @param attempts oldest first
  /// @param omitted how many are missing between them
  record History(List<FailedAttempt> attempts, long omitted) {}

  private FailedAttempts() {}

  static History read(@Nullable String text) {
    var attempts = new ArrayList<FailedAttempt>();
    var omitted = 0L;
    for (var entry : entries(text)) {
      if (entry.has("omitted")) omitted += number(entry, "omitted");
      else if (entry.isObject()) attempts.add(attempt(entry));
    }
    return new History(attempts, omitted);
  }

  /// Failure of the newest attempt, in one line.
  static @Nullable String last(String text, int charsMax) {
    var attempts = read(text).attempts();
    if (attempts.isEmpty()) return null;
    var last = attempts.getLast();
    var words = last.error().isEmpty() ? last.message() : last.error() + ": " + last.message();
    return words.length() <= charsMax ? words : words.substring(0, charsMax);
  }

  private static Iterable<JsonNode> entries(@Nullable String text) {
    if (text == null) return List.of();
    try {
      return JSON.readTree(text);
    } catch (IOException notOurs) {
      return List.of();
    }
  }

  private static FailedAttempt attempt(JsonNode entry) {
    return new FailedAttempt(
        number(entry, "attempt"),
        text(entry, "kind"),
        text(entry, "error"),
        text(entry, "message"),
        text(entry, "worker"),
        time(entry, "started"),
        time(entry, "ended"));
  }

  /// A count; 0 for what is none, also for one that is larger than attempts are counted.
  private static int number(JsonNode entry, String field) {
    var number = entry.path(field);
    var isCount = number.isIntegralNumber() && number.canConvertToInt() && number.intValue() > 0;
    return isCount ? number.intValue() : 0;
  }

  private static String text(JsonNode entry, String field) {
    var text = entry.path(field).asText("");
    return text.length() <= TEXT_CHARS_MAX ? text : text.substring(0, TEXT_CHARS_MAX);
  }

  private static @Nullable Instant time(JsonNode entry, String field) {
    try {
      return Instant.parse(text(entry, field));
    } catch (DateTimeParseException notATime) {
      return null;
    }
  }
}
