package dev.phaseline.cli.submit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.core.Codec;
import dev.phaseline.core.engine.UserCode;
import dev.phaseline.ops.console.EntryForm;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.schemas.avro.AvroJson;
import dev.phaseline.schemas.avro.JsonMismatchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/// Encoder of payloads that are given as JSON, for one phase. What the phase's codec would refuse
/// is refused here, as far as the codec is at hand. Thread-safe, as far as the codec is.
public final class JsonEncoder {
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().disable(JsonFactory.Feature.CHARSET_DETECTION).build())
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  private final Way way;

  /// One way to make bytes of JSON.
  @FunctionalInterface
  private interface Way {
    byte[] encode(byte[] json);
  }

  private JsonEncoder(Way way) {
    this.way = way;
  }

  /// Bytes as they are given, unchecked.
  static JsonEncoder raw() {
    return new JsonEncoder(bytes -> bytes);
  }

  /// Text: a JSON string stands for it.
  static JsonEncoder text(String phase) {
    return new JsonEncoder(
        json -> {
          var value = parsed(json);
          if (!value.isTextual()) {
            throw new RefusedPayloadException(
                phase + " takes text: give a JSON string, like '\"Ada\"'");
          }
          return value.textValue().getBytes(StandardCharsets.UTF_8);
        });
  }

  /// JSON that a codec reads and writes again, so that what is submitted is what it would write.
  static <T> JsonEncoder json(Codec<T> codec, String topic) {
    return new JsonEncoder(
        json -> {
          parsed(json); // the codec is the pipeline's: where the text is no JSON, we say it
          return checked(topic, () -> codec.encode(topic, codec.decode(topic, json)));
        });
  }

  /// JSON whose members are known and whose codec is not at hand: names and kinds are checked.
  static JsonEncoder json(String phase, List<EntryForm.Member> members) {
    return new JsonEncoder(
        json -> {
          var value = parsed(json);
          if (!members.isEmpty()) checkMembers(phase, value, members);
          return json;
        });
  }

  /// Avro under a schema of the registry.
  ///
  /// @param codec reads what was made, to find what only it refuses; null when it is not at hand
  static JsonEncoder avro(AvroJson avro, int schemaId, @Nullable Codec<?> codec, String topic) {
    return new JsonEncoder(
        json -> {
          parsed(json);
          try {
            var bytes = avro.encode(schemaId, new String(json, StandardCharsets.UTF_8));
            if (codec == null) return bytes;
            return checked(
                topic,
                () -> {
                  codec.decode(topic, bytes);
                  return bytes;
                });
          } catch (JsonMismatchException wrong) {
            throw new RefusedPayloadException(
                "the payload breaks the schema of " + topic + ": " + wrong.getMessage());
          } catch (SerializationException unusable) {
            throw new RefusedPayloadException(
                "the payload can't be encoded: " + unusable.getMessage());
          }
        });
  }

  /// The encoded payload.
  ///
  /// @throws RefusedPayloadException naming what does not fit
  public byte[] encode(byte[] json) {
    return way.encode(json);
  }

  private static byte[] checked(String topic, Callable<byte[]> codec) {
    return switch (UserCode.<byte[]>call(codec)) {
      case UserCode.Answer.Gave<byte[]>(var bytes) when bytes != null -> bytes;
      case UserCode.Answer.Gave<byte[]> _ ->
          throw new RefusedPayloadException(
              "the codec of " + topic + " makes nothing of the payload");
      case UserCode.Answer.Threw<byte[]>(var thrown) ->
          throw new RefusedPayloadException(
              "the codec of "
                  + topic
                  + " refuses the payload: "
                  + (thrown.message().isBlank() ? thrown.inWords() : thrown.message()));
    };
  }

  private static void checkMembers(String phase, JsonNode value, List<EntryForm.Member> members) {
    if (!value.isObject()) {
      throw new RefusedPayloadException(phase + " takes a JSON object");
    }
    var names = members.stream().map(EntryForm.Member::name).toList();
    for (var given : value.properties()) {
      if (names.contains(given.getKey())) continue;
      throw new RefusedPayloadException(
          phase
              + " takes no member '"
              + given.getKey()
              + "'; "
              + NearNames.remedy(given.getKey(), names));
    }
    for (var one : members) {
      var member = value.path(one.name());
      if (member.isMissingNode() && one.required()) {
        throw new RefusedPayloadException(
            "the member '" + one.name() + "' (" + one.type() + ") is missing");
      }
      if (member.isMissingNode() || member.isNull() || isOfType(member, one.type())) continue;
      throw new RefusedPayloadException(
          "the member '" + one.name() + "' must be of the type " + one.type());
    }
  }

  private static boolean isOfType(JsonNode member, String type) {
    return switch (type) {
      case "text" -> member.isTextual();
      case "integer" -> member.isIntegralNumber();
      case "number" -> member.isNumber();
      case "boolean" -> member.isBoolean();
      case "list" -> member.isArray();
      default -> true; // an object may have an encoding of its own
    };
  }

  /// The JSON value.
  ///
  /// @throws RefusedPayloadException with the place where it is malformed
  static JsonNode parsed(byte[] json) {
    try {
      var value = JSON.readTree(json);
      if (value == null || value.isMissingNode()) {
        throw new RefusedPayloadException("the payload is empty: give JSON");
      }
      return value;
    } catch (JsonProcessingException wrong) {
      var at = wrong.getLocation();
      throw new RefusedPayloadException(
          "the payload is not JSON"
              + (at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr())
              + "; quote text, and quote the whole for the shell: '{\"name\":\"Ada\"}'");
    } catch (IOException notUtf8) {
      throw new RefusedPayloadException("the payload is not text in UTF-8");
    }
  }
}
