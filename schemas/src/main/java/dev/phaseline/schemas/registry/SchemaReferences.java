package dev.phaseline.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/// The parser of a schema that refers to schemas of other subjects: these are fetched and parsed
/// first, each after those that it refers to itself. For one schema and one thread.
final class SchemaReferences {
  /// More schemas than this are refused: a registry's answer must not make the client fetch without
  /// end.
  static final int REFERENCES_MAX = 200;

  /// The source of a subject's versions.
  interface Versions {
    JsonNode of(String subject, int version);
  }

  private final Versions versions;
  private final Schema.Parser parser = new Schema.Parser().setValidateDefaults(false);
  private final Set<String> fetched = new HashSet<>();

  SchemaReferences(Versions versions) {
    this.versions = versions;
  }

  /// Parses the schema of a registry's answer.
  Schema parse(JsonNode answer, String text) {
    include(answer.path("references"));
    return parser.parse(text);
  }

  private void include(JsonNode references) {
    for (var reference : references) {
      var subject = reference.path("subject").asText();
      var version = reference.path("version").asInt(-1);
      if (subject.isEmpty() || version < 0) {
        throw new SerializationException("a reference names no subject and version");
      }
      if (!fetched.add(version + " " + subject)) continue;
      if (fetched.size() > REFERENCES_MAX) {
        throw new SerializationException(
            "it refers to more than " + REFERENCES_MAX + " other schemas");
      }
      var other = versions.of(subject, version);
      include(other.path("references"));
      if (parser.getTypes().containsKey(reference.path("name").asText())) continue;
      var unused = parser.parse(other.path("schema").asText());
    }
  }
}
