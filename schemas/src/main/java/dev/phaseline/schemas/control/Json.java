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
}
