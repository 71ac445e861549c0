package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.schemas.avro.AvroJson;
import dev.phaseline.schemas.avro.JsonMismatchException;
import dev.phaseline.schemas.registry.RegistryUnavailableException;
import dev.phaseline.schemas.registry.SchemaRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Payloads as operators see and change them: Avro by its schema, JSON, text, or bytes.
/// Thread-safe, as far as the registry is.
public final class Payloads {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final @Nullable AvroJson avro;

  private Payloads(@Nullable AvroJson avro) {
    this.avro = avro;
  }

  /// With schemas from a registry.
  ///
  /// @param registry stays the caller's to close
  public static Payloads with(SchemaRegistry registry) {
    return new Payloads(new AvroJson(registry));
  }

  /// Without a registry: Avro is shown as bytes and can't be edited.
  public static Payloads plain() {
    return new Payloads(null);
  }

  /// What a payload looks like.
  public enum Form {
    /// There is none.
    NONE,
    /// In Confluent's wire format.
    AVRO,
    /// JSON text.
    JSON,
    /// Other text.
    TEXT,
    /// Anything else.
    BINARY
  }

  /// A payload to look at.
  ///
  /// @param form what it is
  /// @param text JSON, indented, for [Form#AVRO] and [Form#JSON]; the text itself; or hexadecimal
  ///   digits. It may have control characters, which the one who shows it must not print.
  /// @param json the same as a value; null when it is neither Avro nor JSON
  /// @param schemaId of Avro
  /// @param note what should be known about it, such as the schema, or why it could not be decoded;
  ///   may be empty
  public record Shown(
      Form form, String text, @Nullable JsonNode json, OptionalInt schemaId, String note) {}

  /// Shows a payload; never fails because of its bytes or the registry.
  public Shown show(byte @Nullable [] value) {
    if (value == null) return new Shown(Form.NONE, "", null, OptionalInt.empty(), "");
    var id = AvroJson.schemaId(value);
    var note = "";
    if (id.isPresent()) {
      if (avro == null) {
        note = "looks like Avro, schema id " + id.getAsInt() + "; name a registry to decode it";
      } else {
        try {
          var found = avro.decode("dead letters", value);
          return new Shown(
              Form.AVRO,
              found.json().toPrettyString(),
              found.json(),
              id,
              found.schema() + ", schema id " + found.schemaId());
        } catch (SerializationException | RegistryUnavailableException notDecoded) {
          note = "not decoded as Avro: " + notDecoded.getMessage();
        }
      }
    }
    return plain(value, note);
  }

  private static Shown plain(byte[] value, String note) {
    var text = text(value);
    if (text.isEmpty()) {
      var hex = HexFormat.of().formatHex(value);
      return new Shown(Form.BINARY, hex, null, OptionalInt.empty(), note);
    }
    var json = json(text.get());
    return json.isPresent()
        ? new Shown(Form.JSON, json.get().toPrettyString(), json.get(), OptionalInt.empty(), note)
        : new Shown(Form.TEXT, text.get(), null, OptionalInt.empty(), note);
  }

  private static Optional<JsonNode> json(String text) {
    try {
      var node = JSON.readTree(text);
      // A lone word or number is text to whoever reads it.
      return node.isContainerNode() ? Optional.of(node) : Optional.empty();
    } catch (JsonProcessingException otherText) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(byte[] value) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
    } catch (CharacterCodingException binary) {
      return Optional.empty();
    }
  }

  /// Encodes what an operator typed as a payload of the same form as the original: Avro under the
  /// same schema, JSON checked to be JSON.
  ///
  /// @param original the payload as it is
  /// @param typed JSON text in UTF-8
  /// @param schemaId the Avro schema to use, when the original is not good enough to tell;
  ///   otherwise empty
  /// @throws EditException naming the field that does not fit, or what else is wrong
  public byte[] encode(byte @Nullable [] original, byte[] typed, OptionalInt schemaId) {
    var text =
        text(typed).orElseThrow(() -> new EditException("the new payload is not text in UTF-8"));
    if (schemaId.isPresent()) return avro(schemaId.getAsInt(), text);
    var is = show(original);
    return switch (is.form()) {
      case AVRO -> avro(is.schemaId().orElseThrow(), text);
      case JSON -> checkedJson(typed, text);
      case NONE, TEXT, BINARY ->
          throw new EditException(
              "the payload is neither Avro nor JSON"
                  + (is.note().isEmpty() ? "" : " (" + is.note() + ")")
                  + "; use --raw to send the bytes as they are, or --schema-id N for Avro");
    };
  }

  private static byte[] checkedJson(byte[] typed, String text) {
    try {
      JSON.readTree(text);
      return typed;
    } catch (JsonProcessingException wrong) {
      var place = wrong.getLocation();
      throw new EditException(
          "the new payload is not JSON: "
              + wrong.getOriginalMessage().lines().findFirst().orElse("")
              + (place == null
                  ? ""
                  : " (line " + place.getLineNr() + ", column " + place.getColumnNr() + ")"));
    }
  }

  private byte[] avro(int schemaId, String text) {
    if (avro == null) {
      throw new EditException("the payload is Avro, so a schema registry must be named");
    }
    try {
      return avro.encode(schemaId, text);
    } catch (JsonMismatchException wrong) {
      throw new EditException("the new payload breaks the schema: " + wrong.getMessage());
    } catch (SerializationException | RegistryUnavailableException failed) {
      throw new EditException("the new payload can't be encoded: " + failed.getMessage());
    }
  }

  /// A new payload that can't be sent; the message is one line.
  public static final class EditException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    EditException(String message) {
      super(message);
    }
  }
}
