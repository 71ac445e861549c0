package dev.phaseline.server;

import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.schemas.DurationText;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.server.ServerConfig.Concurrency;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Typed values of a server file's keys. What can't be used is an error that names the file, the
/// line, the key and what it should be. Immutable.
///
/// @param file for messages
/// @param lines where the keys stand
record FileKeys(Path file, KeyLines lines) {
  /// From 1, and an int.
  private static final Pattern WHOLE = Pattern.compile("[1-9][0-9]{0,8}");

  private static final Pattern SIZE = Pattern.compile("([1-9][0-9]{0,6}) ?([MG]iB)");

  /// A number, `auto`, or `{auto: N}`.
  Optional<Concurrency> concurrency(String in, JsonNode node) {
    var value = node.path("concurrency");
    if (value.asText().equals("auto")) {
      return Optional.of(new Concurrency(PhaseOptions.AUTO_CONCURRENCY_MAX, true));
    }
    if (value.isObject()) {
      var key = in + ".concurrency";
      known(key, value, List.of("auto"));
      var most = number(key, value, "auto");
      if (most.isEmpty()) throw wrong(key, "is empty: write {auto: 200}, for example");
      return Optional.of(new Concurrency(most.getAsInt(), true));
    }
    if (!value.isMissingNode() && !WHOLE.matcher(value.asText()).matches()) {
      throw wrong(
          in + ".concurrency",
          "must be a whole number from 1, auto or {auto: 200}, not " + shown(value));
    }
    var fixed = number(in, node, "concurrency");
    return fixed.isEmpty()
        ? Optional.empty()
        : Optional.of(new Concurrency(fixed.getAsInt(), false));
  }

  OptionalInt number(String in, JsonNode node, String key) {
    var value = node.path(key);
    if (value.isMissingNode()) return OptionalInt.empty();
    if (!WHOLE.matcher(value.asText()).matches()) {
      throw wrong(
          in.isEmpty() ? key : in + "." + key,
          "must be a whole number from 1, not " + shown(value));
    }
    return OptionalInt.of(Integer.parseInt(value.asText()));
  }

  /// A size in bytes: a number with a unit.
  OptionalLong bytes(JsonNode node, String key) {
    var value = node.path(key);
    if (value.isMissingNode() || value.isNull()) return OptionalLong.empty();
    var size = SIZE.matcher(value.asText());
    if (!size.matches()) {
      throw wrong(key, "must be a size like 512MiB or 2GiB, not " + shown(value));
    }
    var shift = size.group(2).equals("GiB") ? 30 : 20;
    return OptionalLong.of(Long.parseLong(size.group(1)) << shift);
  }

  static String shown(JsonNode value) {
    return value.isTextual() ? '\'' + value.asText() + '\'' : value.toString();
  }

  /// A duration of more than zero.
  Optional<Duration> duration(String in, JsonNode node, String key) {
    var value = node.path(key);
    if (value.isMissingNode()) return Optional.empty();
    var duration = DurationText.read(value.asText());
    if (duration.isPresent() && duration.get().isPositive()) return duration;
    throw wrong(in + "." + key, "must be " + DurationText.FORM + ", not " + shown(value));
  }

  void known(String in, JsonNode node, List<String> keys) {
    if (!node.isObject()) throw wrong(in.isEmpty() ? "the file" : in, "must be a mapping");
    for (var entry : node.properties()) {
      if (keys.contains(entry.getKey())) continue;
      var key = (in.isEmpty() ? "" : in + ".") + entry.getKey();
      throw new ServerConfigException(
          file
              + lines.at(key)
              + ": unknown key '"
              + key
              + "'; "
              + NearNames.remedy(entry.getKey(), keys));
    }
  }

  String text(JsonNode node, String key, String otherwise) {
    var value = node.path(key);
    if (value.isMissingNode() || value.isNull()) return otherwise;
    if (!value.isValueNode()) throw wrong(key, "must be a single value");
    return value.asText();
  }

  boolean truth(JsonNode node, String key) {
    return truth("", node, key);
  }

  boolean truth(String in, JsonNode node, String key) {
    var value = node.path(key);
    if (value.isMissingNode() || value.isNull()) return false;
    return switch (value.asText().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw wrong(
              in.isEmpty() ? key : in + "." + key, "must be true or false, not " + shown(value));
    };
  }

  Map<String, String> texts(JsonNode node, String key) {
    var texts = new LinkedHashMap<String, String>();
    var map = node.path(key);
    if (map.isMissingNode() || map.isNull()) return texts;
    if (!map.isObject()) throw wrong(key, "must be a mapping of names to values");
    for (var entry : map.properties()) {
      if (!entry.getValue().isValueNode() || entry.getValue().isNull()) {
        throw wrong(key + "." + entry.getKey(), "must be a single value");
      }
      texts.put(entry.getKey(), entry.getValue().asText());
    }
    return texts;
  }

  ServerConfigException wrong(String key, String what) {
    return new ServerConfigException(file + lines.at(key) + ": " + key + " " + what);
  }
}
