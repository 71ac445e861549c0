package dev.phaseline.schemas.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Common JSON fields of the control formats: an object whose `v` is the version needed to read it.
/// Unknown fields are ignored, so that a version can add some without raising `v`.
final class ControlFields {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /// More than anybody counts in a minute; few enough that a thousand workers' add up.
  private static final long COUNT_MAX = 1L << 40;

  /// More than anything counts; numbers beyond it are not exact in every JSON reader.
  static final long TOTAL_MAX = 1L << 53;

  /// Years of four digits: what is far from them overflows when durations are taken of it.
  private static final Instant TIME_MIN = Instant.parse("0000-01-01T00:00:00Z");

  private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59.999999999Z");

  private ControlFields() {}

  static ObjectNode object(int version) {
    return MAPPER.createObjectNode().put("v", version);
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /// @throws UnreadableControlException when it is not such an object, or of a newer version
  static JsonNode read(byte[] value, int versionMax) {
    JsonNode json;
    try {
      json = MAPPER.readTree(value);
    } catch (IOException notJson) {
      throw new UnreadableControlException("a record is not JSON", notJson);
    }
    if (json == null || !json.isObject()) {
      throw new UnreadableControlException("a record is not a JSON object");
    }
    var version = json.path("v");
    if (!version.isIntegralNumber()
        || !version.canConvertToInt()
        || version.asInt() < 1
        || version.asInt() > versionMax) {
      throw new UnreadableControlException(
          "a record is of version "
              + ControlNames.clip(version.asText("?"))
              + ", this one reads 1 to "
              + versionMax);
    }
    return json;
  }

  /// A whole number. One that is out of range is refused: to cut it down to what fits would make
  /// another number of it.
  ///
  /// @param otherwise what holds when the field is absent
  /// @throws UnreadableControlException when it is there and none from `min` to `max`
  static long number(JsonNode json, String field, long otherwise, long min, long max) {
    var node = json.path(field);
    if (node.isMissingNode() || node.isNull()) return otherwise;
    if (!node.isIntegralNumber() || !node.canConvertToLong()) throw noNumber(field, node, min, max);
    var number = node.asLong();
    if (number < min || number > max) throw noNumber(field, node, min, max);
    return number;
  }

  private static UnreadableControlException noNumber(
      String field, JsonNode node, long min, long max) {
    return new UnreadableControlException(
        "%s is no whole number from %d to %d: %s"
            .formatted(field, min, max, ControlNames.clip(node.toString())));
  }

  /// A count, 0 when it is absent.
  static int count(JsonNode json, String field) {
    return (int) number(json, field, 0, 0, Integer.MAX_VALUE);
  }

  /// A count that may be large, 0 when it is absent.
  static long total(JsonNode json, String field) {
    return number(json, field, 0, 0, TOTAL_MAX);
  }

  /// Versions of a pipeline, none when they are absent.
  ///
  /// @throws UnreadableControlException when it is there and no list of at most `max` of them
  static List<Integer> versions(JsonNode json, String field, int max) {
    var list = json.path(field);
    if (list.isMissingNode() || list.isNull()) return List.of();
    if (!list.isArray() || list.size() > max) {
      throw new UnreadableControlException(field + " is no list of versions");
    }
    var versions = new ArrayList<Integer>();
    for (var one : list) {
      if (!one.isInt() || one.asInt() < 1) throw noNumber(field, one, 1, Integer.MAX_VALUE);
      versions.add(one.asInt());
    }
    return versions;
  }

  static void put(ObjectNode json, Author author) {
    json.put("by", author.by());
    if (!author.from().isEmpty()) json.put("from", author.from());
    if (!author.reason().isEmpty()) json.put("reason", author.reason());
  }

  static Author author(JsonNode json) {
    var by = json.path("by").asText("");
    return new Author(
        by.isBlank() ? "unknown" : by,
        json.path("from").asText(""),
        json.path("reason").asText(""));
  }

  static @Nullable Instant time(JsonNode json, String field) {
    var node = json.path(field);
    if (node.isMissingNode() || node.isNull()) return null;
    try {
      var time = Instant.parse(node.asText());
      if (time.isBefore(TIME_MIN) || time.isAfter(TIME_MAX)) {
        throw new UnreadableControlException(
            field + " is no time of the years 0 to 9999: " + ControlNames.clip(node.asText()));
      }
      return time;
    } catch (DateTimeParseException notATime) {
      throw new UnreadableControlException(
          field
              + " is no time like 2026-01-31T12:00:00Z: '"
              + ControlNames.clip(node.asText())
              + "'",
          notATime);
    }
  }

  static Instant timeOr(JsonNode json, String field, Instant otherwise) {
    var time = time(json, field);
    return time == null ? otherwise : time;
  }

  /// Counts as `[bucket, count, bucket, count, ...]`, those that are 0 left out; nothing for
  /// nothing.
  static void put(ObjectNode json, String field, Histogram histogram) {
    if (histogram.isEmpty()) return;
    var list = json.putArray(field);
    for (var bucket = 0; bucket < Histogram.BUCKETS; bucket++) {
      if (histogram.count(bucket) > 0) list.add(bucket).add(histogram.count(bucket));
    }
  }

  /// @throws UnreadableControlException when it is there and none: half of the counts would be a
  ///   wrong answer
  static Histogram histogram(JsonNode json, String field) {
    var list = json.path(field);
    if (list.isMissingNode() || list.isNull()) return Histogram.NONE;
    if (!list.isArray() || list.size() % 2 != 0 || list.size() > 2 * Histogram.BUCKETS) {
      throw new UnreadableControlException(field + " is no list of buckets and counts");
    }
    var counts = new long[Histogram.BUCKETS];
    for (var i = 0; i < list.size(); i += 2) {
      var bucket = list.get(i).canConvertToInt() ? list.get(i).asInt(-1) : -1;
      var count = list.get(i + 1).canConvertToLong() ? list.get(i + 1).asLong(-1) : -1;
      if (bucket < 0 || bucket >= counts.length || count < 0 || count > COUNT_MAX) {
        throw new UnreadableControlException(
            "%s has no bucket %s with the count %s"
                .formatted(
                    field,
                    ControlNames.clip(list.get(i).toString()),
                    ControlNames.clip(list.get(i + 1).toString())));
      }
      counts[bucket] = count;
    }
    return Histogram.of(counts);
  }
}
