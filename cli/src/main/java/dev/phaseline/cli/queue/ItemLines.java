package dev.phaseline.cli.queue;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.cli.text.Printable;
import dev.phaseline.queue.ItemOptions;
import dev.phaseline.queue.NewItem;
import dev.phaseline.queue.QueueItem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Items as lines of JSON, and back: what `claim` prints, `put --ndjson` takes. Text is in `data`,
/// other bytes are in `base64`. Pure.
final class ItemLines {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ItemLines() {}

  /// A claimed item.
  static Map<String, Object> of(QueueItem<byte[]> item) {
    var line = new LinkedHashMap<String, Object>();
    line.put("id", item.id());
    text(item.data())
        .ifPresentOrElse(
            text -> line.put("data", text),
            () -> line.put("base64", Base64.getEncoder().encodeToString(item.data())));
    if (!item.headers().isEmpty()) line.put("headers", item.headers());
    line.put("created", item.created().toString());
    line.put("deliveries", item.deliveries());
    line.put("leaseUntil", item.leaseUntil().toString());
    return line;
  }

  private static Optional<String> text(byte[] bytes) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException otherBytes) {
      return Optional.empty();
    }
  }

  /// An object of a line.
  ///
  /// @param number of the line, from 1, for messages
  /// @throws CommandFailure when it is none
  static JsonNode object(String line, long number) {
    try {
      var node = JSON.readTree(line);
      if (node != null && node.isObject()) return node;
    } catch (JsonProcessingException notJson) {
      throw CommandFailure.usage(
          "line " + number + " is no JSON: " + Printable.line(notJson.getOriginalMessage()));
    }
    throw CommandFailure.usage("line " + number + " is no JSON object");
  }

  /// An item that a line describes: `data` (text, or any JSON, which is written as text) or
  /// `base64`, and if wanted `id`, `headers`, `delay`.
  ///
  /// @param number of the line, from 1, for messages
  /// @throws CommandFailure when it describes none
  static NewItem<byte[]> read(String line, long number) {
    var node = object(line, number);
    var options = ItemOptions.DEFAULT;
    try {
      if (node.hasNonNull("id")) options = options.withId(node.get("id").asText());
      if (node.hasNonNull("headers")) options = options.withHeaders(headers(node.get("headers")));
      if (node.hasNonNull("delay")) {
        options = options.withDelay(Spans.read(node.get("delay").asText()));
      }
      return new NewItem<>(data(node, number), options);
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage("line " + number + ": " + wrong.getMessage());
    }
  }

  private static byte[] data(JsonNode node, long number) {
    var data = node.get("data");
    var base64 = node.get("base64");
    if ((data == null) == (base64 == null)) {
      throw CommandFailure.usage("line " + number + " must have either 'data' or 'base64'");
    }
    if (base64 != null) return Base64.getDecoder().decode(base64.asText());
    return (data.isTextual() ? data.asText() : data.toString()).getBytes(UTF_8);
  }

  private static Map<String, String> headers(JsonNode node) {
    var headers = new LinkedHashMap<String, String>();
    node.properties().forEach(entry -> headers.put(entry.getKey(), entry.getValue().asText()));
    return headers;
  }
}
