package dev.phaseline.ops.dead;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.phaseline.schemas.avro.AvroJson;
import dev.phaseline.schemas.avro.JsonMismatchException;
import dev.phaseline.schemas.registry.RegistryUnavailableException;
import dev.phaseline.schemas.registry.SchemaRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Payloads as operators see and change them: Avro by its schema, JSON, text, or bytes.
///
/// What an operator did not touch stays as it is, byte for byte: JSON and text are shown and taken
/// as they are, and Avro keeps the values that its JSON still says. Thread-safe, as far as the
/// registry is.
public final class Payloads {
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

  /// Format of a payload.
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
  /// @param text what is given back to change it: JSON, indented, for [Form#AVRO]; the text itself
  ///   for [Form#JSON] and [Form#TEXT]; or hexadecimal digits. It may have control characters,
  ///   which the one who shows it must not print.
  /// @param json the same as JSON on one line, with all digits; empty when it is neither Avro nor
  ///   JSON
  /// @param schemaId of Avro
  /// @param note what should be known about it, such as the schema, or why it could not be decoded;
  ///   may be empty
  public record Shown(
      Form form, String text, Optional<String> json, OptionalInt schemaId, String note) {

    /// The payload for the eye: JSON is indented.
    public String readable() {
      return form == Form.JSON ? JsonText.indented(text) : text;
    }
  }

  /// Shows a payload; never fails because of its bytes or the registry.
  public Shown show(byte @Nullable [] value) {
    if (value == null) return shown(Form.NONE, "", "");
    var id = AvroJson.schemaId(value);
    var note = "";
    if (id.isPresent()) {
      if (avro == null) {
        note = "looks like Avro, schema id " + id.getAsInt() + "; name a registry to decode it";
      } else {
        try {
          var found = avro.decode("dead letters", value);
          var json = found.json().toString();
          return new Shown(
              Form.AVRO,
              JsonText.indented(json),
              Optional.of(json),
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
    var decoded = text(value);
    if (decoded.isEmpty()) return shown(Form.BINARY, HexFormat.of().formatHex(value), note);
    var text = decoded.get();
    // A lone word or number is text to whoever reads it.
    return isJsonContainer(text)
        ? new Shown(Form.JSON, text, Optional.of(JsonText.compact(text)), OptionalInt.empty(), note)
        : shown(Form.TEXT, text, note);
  }

  private static Shown shown(Form form, String text, String note) {
    return new Shown(form, text, Optional.empty(), OptionalInt.empty(), note);
  }

  private static boolean isJsonContainer(String text) {
    try {
      return JsonText.check(text);
    } catch (JsonProcessingException otherText) {
      return false;
    }
  }

  private static Optional<String> text(byte[] value) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString());
    } catch (CharacterCodingException binary) {
      return Optional.empty();
    }
  }

  /// Encodes what an operator gives as the new payload of a letter. An edit that is no Avro any
  /// more can be put right by one that is: the letter's own payload tells the schema.
  ///
  /// @param typed see [#encode(byte[], byte[], OptionalInt)]
  /// @return [LetterEntry#payload] itself when nothing was changed
  /// @throws EditException naming the field that does not fit, or what else is wrong
  public byte[] encode(LetterEntry entry, byte[] typed, OptionalInt schemaId) {
    var current = entry.payload();
    if (current != null && Arrays.equals(current, typed)) return current;
    var original = entry.letter().value();
    var isOfAnotherForm =
        entry.state().edit() != null
            && show(original).form() == Form.AVRO
            && show(current).form() != Form.AVRO;
    return encode(isOfAnotherForm ? original : current, typed, schemaId);
  }

  /// Encodes what an operator gives as a payload of the same form as it is: Avro under the same
  /// schema, JSON checked to be JSON, text as text.
  ///
  /// @param current the payload as a redrive would send it now
  /// @param typed the payload as [Shown#text] has it, changed or not, in UTF-8; or, where that is
  ///   hexadecimal digits, the bytes themselves
  /// @param schemaId the Avro schema to use, when the payload is not good enough to tell; otherwise
  ///   empty
  /// @return the very bytes of `current` when nothing was changed
  /// @throws EditException naming the field that does not fit, or what else is wrong
  public byte[] encode(byte @Nullable [] current, byte[] typed, OptionalInt schemaId) {
    if (current != null && Arrays.equals(current, typed)) return current;
    if (schemaId.isPresent()) return avro(schemaId.getAsInt(), utf8(typed), current);
    var is = show(current);
    return switch (is.form()) {
      case AVRO -> avro(is.schemaId().orElseThrow(), utf8(typed), current);
      case JSON -> checkedJson(typed, utf8(typed));
      case TEXT -> {
        if (!is.note().isEmpty()) throw unchecked(is);
        utf8(typed);
        yield typed;
      }
      case BINARY -> {
        if (current != null && text(typed).map(String::strip).equals(Optional.of(is.text()))) {
          yield current;
        }
        throw unchecked(is);
      }
      case NONE -> throw unchecked(is);
    };
  }

  private static String utf8(byte[] typed) {
    return text(typed).orElseThrow(() -> new EditException("the new payload is not text in UTF-8"));
  }

  private static EditException unchecked(Shown is) {
    return new EditException(
        (is.form() == Form.NONE
                ? "there is no payload to change"
                : "the payload is neither Avro nor text")
            + (is.note().isEmpty() ? "" : " (" + is.note() + ")")
            + "; use --raw to send the bytes as they are, or --schema-id N for Avro");
  }

  private static byte[] checkedJson(byte[] typed, String text) {
    try {
      JsonText.check(text);
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

  private byte[] avro(int schemaId, String text, byte @Nullable [] current) {
    if (avro == null) {
      throw new EditException("the payload is Avro, so a schema registry must be named");
    }
    try {
      return avro.edit(schemaId, text, current);
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
