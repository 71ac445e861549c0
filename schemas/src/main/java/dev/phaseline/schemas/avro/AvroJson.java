package dev.phaseline.schemas.avro;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.schemas.registry.SchemaRegistry;
import java.io.IOException;
import java.util.OptionalInt;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Values in Confluent's wire format as JSON that people read and change, and the way back under
/// the same schema, checked field by field.
///
/// The JSON is plainer than Avro's own: a union's value stands without the name of its type unless
/// it would be read as another type without it, in which case it is `{"name": value}` as in Avro's.
/// Bytes are text, one character for each byte. What was decoded and encoded again is the same
/// value. Thread-safe, as far as the registry is.
public final class AvroJson {
  private final SchemaRegistry registry;
  private final AvroDeserializer<Object> deserializer;
  private final ValueWriter writer = new ValueWriter();

  /// A decoded value.
  ///
  /// @param schemaId the id of its schema
  /// @param schema that schema's full name, or its type when it has none
  /// @param json the value
  public record Value(int schemaId, String schema, JsonNode json) {}

  /// @param registry stays the caller's to close
  public AvroJson(SchemaRegistry registry) {
    this.registry = registry;
    this.deserializer = new AvroDeserializer<>(registry);
  }

  /// The schema id in the five bytes that such a value begins with; empty when it does not begin
  /// so. That says nothing about the rest.
  public static OptionalInt schemaId(byte[] bytes) {
    if (bytes.length < WireFormat.HEADER_BYTES || bytes[0] != 0) return OptionalInt.empty();
    return OptionalInt.of(WireFormat.id("", bytes));
  }

  /// Finds the id of a schema, which is registered under the subject when it is not there.
  ///
  /// @param schema in Avro's JSON
  /// @throws dev.phaseline.schemas.registry.IncompatibleSchemaException when the subject's rule
  ///   forbids it
  /// @throws dev.phaseline.schemas.registry.RegistryUnavailableException when the registry can't be
  ///   reached
  public int register(String subject, String schema) {
    return registry.register(subject, new Schema.Parser().parse(schema));
  }

  /// Decodes a value.
  ///
  /// @param topic named in errors
  /// @throws SerializationException when these bytes are no such value, or the schema is not known
  /// @throws dev.phaseline.schemas.registry.RegistryUnavailableException when the registry can't be
  ///   reached
  public Value decode(String topic, byte[] bytes) {
    var id = WireFormat.id(topic, bytes);
    var datum = deserializer.deserialize(topic, bytes);
    var schema = registry.schema(id);
    return new Value(id, schema.getFullName(), JsonDatum.toJson(schema, datum));
  }

  /// Encodes JSON as a value of a schema.
  ///
  /// @throws JsonMismatchException naming the field that does not fit
  /// @throws dev.phaseline.schemas.registry.SchemaNotFoundException when there is no such schema
  /// @throws dev.phaseline.schemas.registry.RegistryUnavailableException when the registry can't be
  ///   reached
  public byte[] encode(int schemaId, String json) {
    var schema = registry.schema(schemaId);
    return write(schemaId, schema, JsonDatum.toDatum(schema, parse(json)));
  }

  /// Encodes JSON that began as a decoded value. Bytes are no function of their JSON: a NaN has
  /// many, text may have been no UTF-8, an array may be in blocks. So what the JSON still says as
  /// it was decoded is taken from the old value, and when that is all of it, the old bytes.
  ///
  /// @param before the encoded value that the JSON began as; another schema's, or none, is passed
  ///   over
  /// @throws JsonMismatchException naming the field that does not fit
  /// @throws dev.phaseline.schemas.registry.SchemaNotFoundException when there is no such schema
  /// @throws dev.phaseline.schemas.registry.RegistryUnavailableException when the registry can't be
  ///   reached
  public byte[] edit(int schemaId, String json, byte @Nullable [] before) {
    var schema = registry.schema(schemaId);
    var node = parse(json);
    var datum = JsonDatum.toDatum(schema, node);
    var old = before == null ? null : sameSchema(schemaId, before);
    if (before == null || old == null) return write(schemaId, schema, datum);
    // Parsed as what is compared with it: a number made of text is no number made of a double.
    var was = parse(JsonDatum.toJson(schema, old).toString());
    if (was.equals(node)) return before;
    return write(schemaId, schema, DatumEdit.kept(schema, old, was, datum, node));
  }

  private @Nullable Object sameSchema(int schemaId, byte[] before) {
    if (!schemaId(before).equals(OptionalInt.of(schemaId))) return null;
    try {
      return deserializer.deserialize("dead letters", before);
    } catch (SerializationException undecodable) {
      return null;
    }
  }

  private byte[] write(int schemaId, Schema schema, Object datum) {
    try {
      return writer.write(schemaId, schema, new GenericDatumWriter<>(schema), datum);
    } catch (IOException | RuntimeException impossible) {
      throw new SerializationException("a checked value that can't be encoded", impossible);
    }
  }

  private static JsonNode parse(String json) {
    try {
      return JsonTree.of(json);
    } catch (JsonProcessingException notJson) {
      var place = notJson.getLocation();
      throw new JsonMismatchException(
          "it is not JSON: "
              + notJson.getOriginalMessage()
              + (place == null
                  ? ""
                  : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")"));
    }
  }

  /// The type of a schema for people.
  static String typeName(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> schema.getName();
      default -> schema.getType().getName();
    };
  }
}
