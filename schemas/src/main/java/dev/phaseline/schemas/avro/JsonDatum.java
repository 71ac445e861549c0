package dev.phaseline.schemas.avro;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// Avro's generic values as JSON and back. Pure.
final class JsonDatum {
  private static final int QUOTED_MAX = 40;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonDatum() {}

  static JsonNode toJson(Schema schema, @Nullable Object datum) {
    return switch (schema.getType()) {
      case NULL -> NODES.nullNode();
      case BOOLEAN -> NODES.booleanNode((Boolean) present(datum));
      case INT -> NODES.numberNode((Integer) present(datum));
      case LONG -> NODES.numberNode((Long) present(datum));
      case FLOAT -> {
        var number = (Float) present(datum);
        yield Float.isFinite(number) ? NODES.numberNode(number) : NODES.textNode(number.toString());
      }
      case DOUBLE -> {
        var number = (Double) present(datum);
        yield Double.isFinite(number)
            ? NODES.numberNode(number)
            : NODES.textNode(number.toString());
      }
      case STRING, ENUM -> NODES.textNode(present(datum).toString());
      case BYTES -> NODES.textNode(text(bytes(present(datum))));
      case FIXED -> NODES.textNode(text(((GenericFixed) present(datum)).bytes()));
      case ARRAY -> {
        var array = NODES.arrayNode();
        for (var element : (Collection<?>) present(datum)) {
          array.add(toJson(schema.getElementType(), element));
        }
        yield array;
      }
      case MAP -> {
        var object = NODES.objectNode();
        ((Map<?, ?>) present(datum))
            .forEach(
                (key, value) ->
                    object.set(String.valueOf(key), toJson(schema.getValueType(), value)));
        yield object;
      }
      case RECORD -> {
        var object = NODES.objectNode();
        var record = (IndexedRecord) present(datum);
        for (var field : schema.getFields()) {
          object.set(field.name(), toJson(field.schema(), record.get(field.pos())));
        }
        yield object;
      }
      case UNION -> unionToJson(schema, datum);
    };
  }

  private static JsonNode unionToJson(Schema union, @Nullable Object datum) {
    var branch = GenericData.get().resolveUnion(union, datum);
    var schema = union.getTypes().get(branch);
    var plain = toJson(schema, datum);
    if (branchOf(union, plain) == branch && !isWrapped(union, plain)) return plain;
    return NODES.objectNode().set(schema.getFullName(), plain);
  }

  private static byte[] bytes(Object datum) {
    if (datum instanceof byte[] array) return array;
    var buffer = ((ByteBuffer) datum).duplicate();
    var bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  private static Object present(@Nullable Object datum) {
    if (datum == null) throw new IllegalStateException("Avro decoded a null that is not allowed");
    return datum;
  }

  /// The value that this JSON is.
  ///
  /// @throws JsonMismatchException naming the field that does not fit
  static Object toDatum(Schema schema, JsonNode node) {
    var datum = toDatum(schema, node, "");
    if (datum == null) throw new JsonMismatchException("the payload is null");
    return datum;
  }

  private static @Nullable Object toDatum(Schema schema, JsonNode node, String path) {
    return switch (schema.getType()) {
      case NULL -> {
        if (!node.isNull()) throw mismatch(path, node, "null");
        yield null;
      }
      case BOOLEAN -> {
        if (!node.isBoolean()) throw mismatch(path, node, "true or false");
        yield node.booleanValue();
      }
      case INT -> {
        if (!node.isIntegralNumber()) throw mismatch(path, node, "a whole number");
        if (!node.canConvertToInt()) throw mismatch(path, node, "in the range of an int");
        yield node.intValue();
      }
      case LONG -> {
        if (!node.isIntegralNumber()) throw mismatch(path, node, "a whole number");
        if (!node.canConvertToLong()) throw mismatch(path, node, "in the range of a long");
        yield node.longValue();
      }
      case FLOAT -> JsonNumber.toFloat(node, path);
      case DOUBLE -> JsonNumber.toDouble(node, path);
      case STRING -> text(node, path);
      case BYTES -> ByteBuffer.wrap(bytes(node, path));
      case FIXED -> fixed(schema, node, path);
      case ENUM -> symbol(schema, node, path);
      case ARRAY -> array(schema, node, path);
      case MAP -> map(schema, node, path);
      case RECORD -> record(schema, node, path);
      case UNION -> union(schema, node, path);
    };
  }

  private static String text(JsonNode node, String path) {
    if (!node.isTextual()) throw mismatch(path, node, "text");
    return wellFormed(node.textValue(), path);
  }

  /// Half of a character has no bytes in UTF-8: it would be written as a question mark.
  private static String wellFormed(String text, String path) {
    for (var at = 0; at < text.length(); at++) {
      var character = text.charAt(at);
      if (!Character.isSurrogate(character)) continue;
      if (Character.isHighSurrogate(character)
          && at + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(at + 1))) {
        at++;
        continue;
      }
      throw new JsonMismatchException(
          where(path)
              + " has half of a character, \\u%04x, which Avro's text can't hold"
                  .formatted((int) character));
    }
    return text;
  }

  private static byte[] bytes(JsonNode node, String path) {
    var text = text(node, path);
    if (text.chars().anyMatch(character -> character > 0xff)) {
      throw mismatch(path, node, "bytes, one character up to \\u00ff for each");
    }
    return text.getBytes(ISO_8859_1);
  }

  private static Object fixed(Schema schema, JsonNode node, String path) {
    var bytes = bytes(node, path);
    if (bytes.length != schema.getFixedSize()) {
      throw mismatch(path, node, schema.getFixedSize() + " bytes long");
    }
    return new GenericData.Fixed(schema, bytes);
  }

  private static Object symbol(Schema schema, JsonNode node, String path) {
    if (!node.isTextual() || !schema.hasEnumSymbol(node.textValue())) {
      throw mismatch(path, node, "one of " + String.join(", ", schema.getEnumSymbols()));
    }
    return new GenericData.EnumSymbol(schema, node.textValue());
  }

  private static Object array(Schema schema, JsonNode node, String path) {
    if (!node.isArray()) throw mismatch(path, node, "an array");
    var values = new ArrayList<@Nullable Object>();
    for (var element : node) {
      values.add(toDatum(schema.getElementType(), element, path + '[' + values.size() + ']'));
    }
    return values;
  }

  private static Object map(Schema schema, JsonNode node, String path) {
    if (!node.isObject()) throw mismatch(path, node, "an object");
    var values = new LinkedHashMap<String, @Nullable Object>();
    for (var entry : node.properties()) {
      values.put(
          wellFormed(entry.getKey(), path),
          toDatum(schema.getValueType(), entry.getValue(), join(path, entry.getKey())));
    }
    return values;
  }

  private static Object record(Schema schema, JsonNode node, String path) {
    if (!node.isObject()) throw mismatch(path, node, "an object (" + schema.getName() + ")");
    for (var entry : node.properties()) {
      if (schema.getField(entry.getKey()) == null) {
        throw new JsonMismatchException(
            "field '"
                + clip(join(path, entry.getKey()))
                + "' is not in "
                + schema.getName()
                + ", which has "
                + schema.getFields().stream()
                    .map(Schema.Field::name)
                    .collect(Collectors.joining(", ")));
      }
    }
    var record = new GenericData.Record(schema);
    for (var field : schema.getFields()) {
      var value = node.get(field.name());
      record.put(
          field.pos(),
          value == null
              ? defaultOf(field, join(path, field.name()))
              : toDatum(field.schema(), value, join(path, field.name())));
    }
    return record;
  }

  private static @Nullable Object defaultOf(Schema.Field field, String path) {
    try {
      return GenericData.get().getDefaultValue(field);
    } catch (AvroRuntimeException none) {
      throw new JsonMismatchException(
          "field '" + path + "' is missing; it should be " + wanted(field.schema()));
    }
  }

  private static @Nullable Object union(Schema union, JsonNode node, String path) {
    var branch = branchOf(union, node);
    if (branch >= 0) {
      var schema = union.getTypes().get(branch);
      return isWrapped(union, node)
          ? toDatum(schema, node.properties().iterator().next().getValue(), path)
          : toDatum(schema, node, path);
    }
    var others = union.getTypes().stream().filter(type -> !isNull(type)).toList();
    if (others.size() == 1) return toDatum(others.getFirst(), node, path); // and that fails
    throw mismatch(path, node, wanted(union));
  }

  private static boolean isNull(Schema schema) {
    return schema.getType() == Schema.Type.NULL;
  }

  /// The first type of the union that this JSON fits; negative when it fits none.
  private static int branchOf(Schema union, JsonNode node) {
    var types = union.getTypes();
    if (isWrapped(union, node)) {
      return union.getIndexNamed(node.fieldNames().next());
    }
    for (var i = 0; i < types.size(); i++) {
      try {
        var unused = toDatum(types.get(i), node, "");
        return i;
      } catch (JsonMismatchException another) {
        // then the next one
      }
    }
    return -1;
  }

  /// Whether it is `{"name of a type": a value of that type}`.
  private static boolean isWrapped(Schema union, JsonNode node) {
    if (!node.isObject() || node.size() != 1) return false;
    var only = node.properties().iterator().next();
    var branch = union.getIndexNamed(only.getKey());
    if (branch == null) return false;
    try {
      var unused = toDatum(union.getTypes().get(branch), only.getValue(), "");
      return true;
    } catch (JsonMismatchException anotherMeaning) {
      return false;
    }
  }

  /// The value itself, where the JSON of a union's value names its type.
  static JsonNode unwrapped(Schema union, JsonNode node) {
    return isWrapped(union, node) ? node.properties().iterator().next().getValue() : node;
  }

  private static String wanted(Schema schema) {
    return schema.getType() == Schema.Type.UNION
        ? schema.getTypes().stream().map(AvroJson::typeName).collect(Collectors.joining(" or "))
        : AvroJson.typeName(schema);
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + '.' + name;
  }

  static JsonMismatchException mismatch(String path, JsonNode node, String wanted) {
    return new JsonMismatchException(
        where(path) + " is " + clip(node.toString()) + ", but should be " + wanted);
  }

  private static String where(String path) {
    return path.isEmpty() ? "the payload" : "field '" + clip(path) + "'";
  }

  private static String clip(String text) {
    return text.length() <= QUOTED_MAX ? text : text.substring(0, QUOTED_MAX) + "...";
  }
}
