package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Query parameters of a request, each name once. Immutable.
final class QueryParameters {
  private static final int CHARS_MAX = 16_000;
  private final Map<String, String> values;

  private QueryParameters(Map<String, String> values) {
    this.values = Map.copyOf(values);
  }

  /// Reads it.
  ///
  /// @param raw as it came, encoded
  /// @throws Problem when a name is unknown or stands twice, or the encoding is broken
  static QueryParameters parse(@Nullable String raw, Set<String> known) {
    var values = new HashMap<String, String>();
    if (raw == null || raw.isEmpty()) return new QueryParameters(values);
    if (raw.length() > CHARS_MAX) {
      throw Problem.of(
          414,
          "query-too-long",
          "The query is too long",
          "the query has " + raw.length() + " characters",
          "send at most " + CHARS_MAX);
    }
    for (var pair : raw.split("&", -1)) {
      var at = pair.indexOf('=');
      var name = decode(at < 0 ? pair : pair.substring(0, at));
      var value = at < 0 ? "" : decode(pair.substring(at + 1));
      if (!known.contains(name)) throw unknown(name, known);
      if (values.put(name, value) != null) {
        throw Problem.bad(
            "repeated-parameter", "parameter '" + name + "' stands twice", "send it once");
      }
    }
    return new QueryParameters(values);
  }

  private static Problem unknown(String name, Set<String> known) {
    var problem =
        Problem.bad(
            "unknown-parameter",
            "this path has no parameter '" + name + "'",
            known.isEmpty() ? "send none" : "it knows " + String.join(", ", new TreeSet<>(known)));
    return problem.with("parameter", name);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, UTF_8);
    } catch (IllegalArgumentException broken) {
      throw Problem.bad(
          "broken-encoding",
          "'" + text + "' is not percent-encoded UTF-8",
          "encode each value with encodeURIComponent or the like");
    }
  }

  /// The value; empty text when it is not given.
  String text(String name) {
    return values.getOrDefault(name, "");
  }

  Optional<String> find(String name) {
    return Optional.ofNullable(values.get(name)).filter(text -> !text.isEmpty());
  }

  /// A whole number.
  ///
  /// @throws Problem when it is none, or out of bounds
  int number(String name, int absent, int least, int most) {
    var text = text(name);
    if (text.isEmpty()) return absent;
    try {
      var number = Integer.parseInt(text);
      if (number >= least && number <= most) return number;
    } catch (NumberFormatException none) {
      // told below
    }
    throw Problem.bad(
            "bad-parameter",
            "parameter '" + name + "' is '" + text + "'",
            "give a whole number from " + least + " to " + most)
        .with("parameter", name);
  }
}
