package dev.phaseline.embedded.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.schemas.registry.CompatibilityLevel;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Entries as records of the topic, in the format of Confluent's registry, so that its own server
/// can be started on the same topic later.
final class EntryFormat {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private EntryFormat() {}

  static String key(StoredEntry entry) {
    return switch (entry) {
      case StoredEntry.Version version ->
          typed("SCHEMA")
              .put("subject", version.subject())
              .put("version", version.version())
              .put("magic", 1)
              .toString();
      case StoredEntry.Rule rule ->
          typed("CONFIG").put("subject", rule.subject()).put("magic", 0).toString();
    };
  }

  /// The record's value; null takes the entry away.
  static @Nullable String value(StoredEntry entry) {
    return switch (entry) {
      case StoredEntry.Version version ->
          NODES
              .objectNode()
              .put("subject", version.subject())
              .put("version", version.version())
              .put("id", version.id())
              .put("schema", version.text())
              .put("deleted", version.deleted())
              .toString();
      case StoredEntry.Rule(var subject, var level) ->
          level == null
              ? null
              : NODES
                  .objectNode()
                  .put("subject", subject)
                  .put("compatibilityLevel", level.name())
                  .toString();
    };
  }

  /// The entry that a record holds; empty for kinds that mean nothing here.
  ///
  /// @throws IllegalArgumentException when the record is not a registry's
  static Optional<StoredEntry> entry(@Nullable String key, @Nullable String value) {
    var name = parse("key", key);
    var content = value == null ? NODES.objectNode() : parse("value", value);
    return switch (name.path("keytype").asText()) {
      case "SCHEMA" -> value == null ? Optional.empty() : Optional.of(version(content));
      case "CONFIG" ->
          Optional.of(
              new StoredEntry.Rule(
                  name.path("subject").textValue(),
                  value == null ? null : level(content.path("compatibilityLevel"))));
      case "NOOP", "MODE", "DELETE_SUBJECT", "CLEAR_SUBJECT", "CONTEXT" -> Optional.empty();
      default -> throw new IllegalArgumentException("its key has no known keytype");
    };
  }

  private static StoredEntry.Version version(JsonNode content) {
    var type = content.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new IllegalArgumentException("its schema is " + type + ", and only AVRO is supported");
    }
    var subject = content.path("subject").asText();
    var text = content.path("schema").asText();
    var version = content.path("version").asInt();
    var id = content.path("id").asInt();
    if (subject.isEmpty() || text.isEmpty() || version < 1 || id < 1) {
      throw new IllegalArgumentException("its value is not a version of a schema");
    }
    return new StoredEntry.Version(
        subject, version, id, text, content.path("deleted").asBoolean(false));
  }

  private static @Nullable CompatibilityLevel level(JsonNode name) {
    return name.isTextual() ? CompatibilityLevel.parse(name.textValue()) : null;
  }

  private static ObjectNode typed(String keytype) {
    return NODES.objectNode().put("keytype", keytype);
  }

  private static JsonNode parse(String what, @Nullable String text) {
    if (text == null) throw new IllegalArgumentException("its " + what + " is missing");
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException notJson) {
      throw new IllegalArgumentException("its " + what + " is not JSON", notJson);
    }
  }
}
