package dev.phaseline.schemas.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import org.apache.avro.Schema;

/// The properties that Avro's compiler adds to schemas for Java alone. A registry compares schemas
/// by their text, so a schema that another language registered is not found with them. Stateless.
final class JavaProperties {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> NAMES =
      Set.of("avro.java.string", "java-class", "java-element-class", "java-key-class");

  private JavaProperties() {}

  /// The same schema without them.
  static Schema removed(Schema schema) {
    try {
      var tree = JSON.readTree(schema.toString());
      var parser = new Schema.Parser().setValidateDefaults(false);
      return parser.parse(simple(tree).toString());
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a schema that is no JSON", impossible);
    }
  }

  /// A type that has nothing left but its name is written as its name, as it was before the
  /// compiler added to it.
  private static JsonNode simple(JsonNode node) {
    if (node.isArray()) {
      var copy = JSON.createArrayNode();
      node.forEach(one -> copy.add(simple(one)));
      return copy;
    }
    if (!(node instanceof ObjectNode object)) return node;
    var type = object.get("type");
    var had = object.size();
    var copy = JSON.createObjectNode();
    for (var field : object.properties()) {
      if (NAMES.contains(field.getKey()) && type != null) continue;
      // A default is the user's value, whatever it looks like.
      var value = field.getKey().equals("default") ? field.getValue() : simple(field.getValue());
      copy.set(field.getKey(), value);
    }
    return copy.size() == 1 && had > 1 && copy.has("type") ? copy.get("type") : copy;
  }
}
