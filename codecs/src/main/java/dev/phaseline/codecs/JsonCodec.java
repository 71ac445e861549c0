package dev.phaseline.codecs;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.phaseline.core.Codec;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.PayloadForm;
import java.io.IOException;

/// JSON payloads of one Java type, over Jackson; records fit best. Strict, because a payload that
/// is read as something else than was meant is found long after it can be repaired.
///
/// Refused are bytes that are not one JSON value in UTF-8, properties that the type does not have,
/// components of a record that are absent (a `null` that is written is taken), a name twice, text
/// for a number or a number for text, a fraction for a whole number, `null` for a primitive. Times
/// of `java.time` are ISO 8601 text. No class is named by a payload: only a type's own
/// `@JsonTypeInfo` makes subtypes.
///
/// Malformed JSON is a [PayloadException] that names line, column and property, and no text of the
/// payload but names of properties that the type has. Thread-safe.
///
/// @param <T> the payload's type
public final class JsonCodec<T> implements Codec<T> {
  private static final JsonMapper STRICT =
      JsonMapper.builder(
              // JSON is UTF-8 (RFC 8259), so no other encoding is looked for.
              JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build())
          .addModule(new JavaTimeModule())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_TRAILING_TOKENS,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(
              DeserializationFeature.ACCEPT_FLOAT_AS_INT,
              DeserializationFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              text -> {
                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
              })
          .disable(
              SerializationFeature.WRITE_DATES_AS_TIMESTAMPS,
              SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .build();

  private final String type;
  private final ObjectReader reader;
  private final ObjectWriter writer;

  private JsonCodec(Class<T> type, JsonMapper mapper) {
    this.type = type.getSimpleName();
    reader = mapper.readerFor(type);
    writer = mapper.writerFor(type);
  }

  /// A codec of this type, strict.
  public static <T> JsonCodec<T> of(Class<T> type) {
    return new JsonCodec<>(type, STRICT);
  }

  /// A codec of this type with settings of one's own, such as properties that are passed over while
  /// another release of a service adds them.
  ///
  /// @param mapper must not be changed any more
  /// @throws IllegalArgumentException when the mapper has default typing, with which a payload
  ///   names the classes that are made of it
  public static <T> JsonCodec<T> of(Class<T> type, JsonMapper mapper) {
    var java = mapper.constructType(type);
    if (mapper.getDeserializationConfig().getDefaultTyper(java) != null) {
      throw new IllegalArgumentException(
          "the mapper has default typing, so a payload could name any class: use @JsonTypeInfo on"
              + " the types that have subtypes");
    }
    return new JsonCodec<>(type, mapper);
  }

  @Override
  public PayloadForm form() {
    return new PayloadForm.Json(JsonMembers.of(reader.getConfig(), reader.getValueType()));
  }

  @Override
  public byte[] encode(String topic, T value) {
    try {
      return writer.writeValueAsBytes(value);
    } catch (JsonProcessingException unwritable) {
      throw new PayloadException(
          "a " + type + " can't be written as JSON" + place(unwritable), unwritable);
    }
  }

  @Override
  public T decode(String topic, byte[] bytes) {
    try {
      T value = reader.readValue(bytes);
      if (value == null) throw new PayloadException("payload is null, and no " + type, null);
      return value;
    } catch (JsonProcessingException wrong) {
      throw new PayloadException("payload is no " + type + ": " + reason(wrong), wrong);
    } catch (IOException impossible) {
      throw new IllegalStateException("reading an array of bytes failed", impossible);
    }
  }

  /// Jackson's own messages repeat the payload, which must not reach logs and headers.
  private static String reason(JsonProcessingException wrong) {
    return switch (wrong) {
      case UnrecognizedPropertyException _ ->
          "a property that the type does not have" + place(wrong);
      case ValueInstantiationException made -> thrown(made) + place(wrong);
      case JsonMappingException _ -> "a value that does not fit" + place(wrong);
      case StreamReadException _ -> "not well-formed JSON" + place(wrong);
      default -> "not readable as JSON" + place(wrong);
    };
  }

  private static String thrown(ValueInstantiationException made) {
    var by = made.getCause();
    var name = by == null ? made.getClass().getSimpleName() : by.getClass().getSimpleName();
    return "its constructor threw " + name;
  }

  /// The place of the error: the property by its path from the root, then line and column.
  private static String place(JacksonException wrong) {
    var words = new StringBuilder();
    if (wrong instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
      words.append(" at ");
      var path = mapping.getPath();
      // The last name of an unknown property is the payload's own text.
      var named = wrong instanceof UnrecognizedPropertyException ? path.size() - 1 : path.size();
      words.append('$');
      for (var one : path.subList(0, named)) {
        if (one.getFieldName() != null) words.append('.').append(one.getFieldName());
        else words.append('[').append(one.getIndex()).append(']');
      }
    }
    var at = wrong.getLocation();
    if (at != null && at.getLineNr() > 0) {
      words.append(", line ").append(at.getLineNr()).append(", column ").append(at.getColumnNr());
    }
    return words.toString();
  }
}
