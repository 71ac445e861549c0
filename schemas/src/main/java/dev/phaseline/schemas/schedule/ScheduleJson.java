package dev.phaseline.schemas.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.schemas.Clipped;
import dev.phaseline.schemas.DurationText;
import dev.phaseline.schemas.NearNames;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Fields of one JSON object, read strictly: a field that this version does not know is an error,
/// because what it means for the times of runs must not be guessed. Not thread-safe.
final class ScheduleJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final Instant TIME_MIN = Instant.EPOCH;
  private static final Instant TIME_MAX = Instant.parse("9999-12-31T23:59:59.999Z");
  private static final int TEXT_CHARS_MAX = 1 << 20;

  private final ObjectNode json;
  private final Set<String> known = new LinkedHashSet<>();

  private ScheduleJson(ObjectNode json) {
    this.json = json;
  }

  /// The fields of an object.
  ///
  /// @throws InvalidScheduleException when it is no object
  static ScheduleJson of(String what, JsonNode json) {
    if (json instanceof ObjectNode object) return new ScheduleJson(object);
    throw new InvalidScheduleException("", what + " is no JSON object");
  }

  /// The fields of a record's value, whose `v` must be a version that can be read.
  static ScheduleJson read(String what, byte @Nullable [] value, int versionMax) {
    if (value == null) throw new InvalidScheduleException("", what + " has no value");
    JsonNode tree;
    try {
      tree = MAPPER.readTree(value);
    } catch (IOException notJson) {
      throw new InvalidScheduleException("", what + " is not JSON: " + oneLine(notJson), notJson);
    }
    var fields = of(what, tree);
    var version = fields.number("v", 0, 0, Integer.MAX_VALUE);
    if (version >= 1 && version <= versionMax) return fields;
    throw new InvalidScheduleException(
        "v", what + " is of version " + version + ", this one reads 1 to " + versionMax);
  }

  private static String oneLine(IOException notJson) {
    var words =
        notJson instanceof JsonProcessingException parsing
            ? parsing.getOriginalMessage()
            : notJson.getMessage();
    return Clipped.of(String.valueOf(words));
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ObjectNode object(int version) {
    return object().put("v", version);
  }

  /// Refuses a number that is out of range.
  static long bounded(String field, long number, long min, long max) {
    if (number >= min && number <= max) return number;
    throw new InvalidScheduleException(
        field, field + " is not from " + min + " to " + max + ": " + number);
  }

  boolean has(String field) {
    return node(field) != null;
  }

  /// The field; null when it is absent, or JSON's null.
  @Nullable JsonNode node(String field) {
    known.add(field);
    var node = json.get(field);
    return node == null || node.isNull() ? null : node;
  }

  @Nullable String text(String field) {
    var node = node(field);
    if (node == null) return null;
    if (node.isTextual() && node.textValue().length() <= TEXT_CHARS_MAX) return node.textValue();
    throw wrong(field, "no text", node);
  }

  String textOr(String field, String otherwise) {
    var text = text(field);
    return text == null ? otherwise : text;
  }

  String textNeeded(String field) {
    var text = text(field);
    if (text != null) return text;
    throw new InvalidScheduleException(field, field + " is missing");
  }

  long number(String field, long otherwise, long min, long max) {
    var node = node(field);
    if (node == null) return otherwise;
    if (!node.isIntegralNumber() || !node.canConvertToLong()) {
      throw wrong(field, "no whole number", node);
    }
    return bounded(field, node.longValue(), min, max);
  }

  boolean flag(String field) {
    var node = node(field);
    if (node == null) return false;
    if (node.isBoolean()) return node.booleanValue();
    throw wrong(field, "neither true nor false", node);
  }

  @Nullable Instant time(String field) {
    var text = text(field);
    if (text == null) return null;
    try {
      var time = Instant.parse(text);
      if (!time.isBefore(TIME_MIN) && !time.isAfter(TIME_MAX)) return time;
      throw new InvalidScheduleException(
          field, field + " is no time of the years 1970 to 9999: '" + Clipped.of(text) + "'");
    } catch (DateTimeParseException notATime) {
      throw new InvalidScheduleException(
          field,
          field + " is no time like 2026-01-31T12:00:00Z: '" + Clipped.of(text) + "'",
          notATime);
    }
  }

  Instant timeNeeded(String field) {
    var time = time(field);
    if (time != null) return time;
    throw new InvalidScheduleException(field, field + " is missing");
  }

  @Nullable Duration span(String field) {
    var text = text(field);
    if (text == null) return null;
    try {
      return DurationText.parse(text);
    } catch (IllegalArgumentException none) {
      throw new InvalidScheduleException(field, field + ": " + none.getMessage(), none);
    }
  }

  Duration spanOr(String field, Duration otherwise) {
    var span = span(field);
    return span == null ? otherwise : span;
  }

  /// One of these constants, by its text.
  <E extends Enum<E> & Worded> E word(String field, E otherwise) {
    var text = text(field);
    return text == null ? otherwise : word(field, text, otherwise.getDeclaringClass());
  }

  /// One of these constants, by its text.
  <E extends Enum<E> & Worded> E wordNeeded(String field, Class<E> type) {
    return word(field, textNeeded(field), type);
  }

  private static <E extends Enum<E> & Worded> E word(String field, String text, Class<E> type) {
    var words = new ArrayList<String>();
    for (var constant : type.getEnumConstants()) {
      if (constant.text().equals(text)) return constant;
      words.add(constant.text());
    }
    throw new InvalidScheduleException(
        field, field + " is '" + Clipped.of(text) + "'; " + NearNames.remedy(text, words));
  }

  /// A list of texts; one text alone is a list of it.
  List<String> texts(String field) {
    var node = node(field);
    if (node == null) return List.of();
    if (node.isTextual()) return List.of(node.textValue());
    if (!node.isArray()) throw wrong(field, "no list of texts", node);
    var list = new ArrayList<String>();
    for (var one : node) {
      if (!one.isTextual()) throw wrong(field, "no list of texts", node);
      list.add(one.textValue());
    }
    return list;
  }

  /// Texts by name, in order.
  Map<String, String> map(String field) {
    var node = node(field);
    if (node == null) return Map.of();
    if (!node.isObject()) throw wrong(field, "no object of texts", node);
    var map = new LinkedHashMap<String, String>();
    for (var entry : node.properties()) {
      if (!entry.getValue().isTextual()) throw wrong(field, "no object of texts", node);
      map.put(entry.getKey(), entry.getValue().textValue());
    }
    return map;
  }

  /// The objects of a list.
  List<ScheduleJson> objects(String field, int max) {
    var node = node(field);
    if (node == null) return List.of();
    if (!node.isArray() || node.size() > max) throw wrong(field, "no list of 0 to " + max, node);
    var list = new ArrayList<ScheduleJson>();
    for (var one : node) list.add(of("an entry of " + field, one));
    return list;
  }

  /// Refuses all fields that were not asked for.
  void end() {
    for (var name : json.properties()) {
      if (known.contains(name.getKey())) continue;
      throw new InvalidScheduleException(
          Clipped.of(name.getKey()),
          "the field '"
              + Clipped.of(name.getKey())
              + "' is not known; "
              + NearNames.remedy(name.getKey(), known));
    }
  }

  private static InvalidScheduleException wrong(String field, String what, JsonNode is) {
    return new InvalidScheduleException(
        field, field + " is " + what + ": " + Clipped.of(is.toString()));
  }
}
