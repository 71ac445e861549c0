package dev.phaseline.schemas.avro;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;

/// A parser of JSON whose numbers keep all digits, and the sign of a zero, which Jackson's own
/// trees keep one of. Stateless.
final class JsonTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private JsonTree() {}

  /// Parses one value; no object of it has a name twice.
  ///
  /// @throws JsonProcessingException naming the place where it is malformed
  static JsonNode of(String text) throws JsonProcessingException {
    try (var parser = JSON.createParser(text)) {
      if (parser.nextToken() == null) throw new JsonParseException(parser, "there is no value");
      var root = value(parser);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "there is more than one value");
      }
      return root;
    } catch (JsonProcessingException malformed) {
      throw malformed;
    } catch (IOException fromText) {
      throw new UncheckedIOException(fromText);
    }
  }

  /// As deep as the parser goes, which stops at 1,000.
  private static JsonNode value(JsonParser at) throws IOException {
    return switch (at.currentToken()) {
      case START_OBJECT -> {
        var object = NODES.objectNode();
        for (var name = at.nextFieldName(); name != null; name = at.nextFieldName()) {
          at.nextToken();
          object.set(name, value(at));
        }
        yield object;
      }
      case START_ARRAY -> {
        var array = NODES.arrayNode();
        while (at.nextToken() != JsonToken.END_ARRAY) array.add(value(at));
        yield array;
      }
      case VALUE_STRING -> NODES.textNode(at.getText());
      case VALUE_NUMBER_INT -> NODES.numberNode(at.getBigIntegerValue());
      case VALUE_NUMBER_FLOAT -> decimal(at);
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("no value begins with " + at.currentToken());
    };
  }

  private static JsonNode decimal(JsonParser at) throws IOException {
    try {
      var number = new BigDecimal(at.getText());
      return number.signum() == 0 && at.getText().startsWith("-")
          ? DoubleNode.valueOf(-0.0)
          : DecimalNode.valueOf(number);
    } catch (NumberFormatException exponentTooLarge) {
      throw new JsonParseException(at, "a number has too large an exponent");
    }
  }
}
