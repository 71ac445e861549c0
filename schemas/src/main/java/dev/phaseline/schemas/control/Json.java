package dev.phaseline.schemas.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/// What the formats have in common: an object whose `v` says which version can read it. Fields that
/// are not known are left alone, so that a version can add some without becoming another.
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /// More than anybody counts in a minute; few enough that a thousand workers' add up.
  private static final long COUNT_MAX = 1L << 40;

  private Json() {}

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
    var version = json.path("v").asInt(0);
    if (version < 1 || version > versionMax) {
      throw new UnreadableControlException(
          "a record is of version " + version + ", this one reads 1 to " + versionMax);
    }
    return json;
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
      return Instant.parse(node.asText());
    } catch (DateTimeParseException notATime) {
      throw new UnreadableControlException(
          field + " is no time like 2026-01-31T12:00:00Z: '" + Names.clip(node.asText()) + "'",
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
      var bucket = list.get(i).asInt(-1);
      var count = list.get(i + 1).asLong(-1);
      if (bucket < 0 || bucket >= counts.length || count < 0 || count > COUNT_MAX) {
        throw new UnreadableControlException(
            field + " has no bucket " + list.get(i) + " with the count " + list.get(i + 1));
      }
      counts[bucket] = count;
    }
    return Histogram.of(counts);
  }
}
