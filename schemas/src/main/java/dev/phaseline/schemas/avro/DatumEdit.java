package dev.phaseline.schemas.avro;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/// An edited value made of the value before and the value of the new JSON: each part whose JSON is
/// the same is the part before, since its JSON may say less than it is. Pure.
final class DatumEdit {
  private DatumEdit() {}

  /// The value that is written.
  ///
  /// @param before the value before, and `was`, its JSON
  /// @param after the value of the new JSON, and `is`, that JSON
  static Object kept(Schema schema, Object before, JsonNode was, Object after, JsonNode is) {
    var kept = part(schema, before, was, after, is);
    return kept == null ? after : kept;
  }

  private static @Nullable Object part(
      Schema schema, @Nullable Object before, JsonNode was, @Nullable Object after, JsonNode is) {
    if (was.equals(is)) return before;
    if (before == null || after == null) return after;
    return switch (schema.getType()) {
      case RECORD -> record(schema, (IndexedRecord) before, was, (IndexedRecord) after, is);
      case ARRAY -> array(schema, (Iterable<?>) before, was, (List<?>) after, is);
      case MAP -> map(schema, (Map<?, ?>) before, was, (Map<?, ?>) after, is);
      case UNION -> union(schema, before, was, after, is);
      case NULL, BOOLEAN, INT, LONG, FLOAT, DOUBLE, STRING, BYTES, FIXED, ENUM -> after;
    };
  }

  private static Object record(
      Schema schema, IndexedRecord before, JsonNode was, IndexedRecord after, JsonNode is) {
    for (var field : schema.getFields()) {
      var oldField = was.get(field.name());
      var newField = is.get(field.name());
      if (oldField == null || newField == null) continue; // a default was taken
      var at = field.pos();
      after.put(at, part(field.schema(), before.get(at), oldField, after.get(at), newField));
    }
    return after;
  }

  private static Object array(
      Schema schema, Iterable<?> before, JsonNode was, List<?> after, JsonNode is) {
    var values = new ArrayList<@Nullable Object>(after);
    var at = 0;
    for (var old : before) {
      if (at == values.size()) break;
      values.set(at, part(schema.getElementType(), old, was.get(at), values.get(at), is.get(at)));
      at++;
    }
    return values;
  }

  private static Object map(
      Schema schema, Map<?, ?> before, JsonNode was, Map<?, ?> after, JsonNode is) {
    var old = new LinkedHashMap<String, @Nullable Object>();
    before.forEach((key, value) -> old.put(String.valueOf(key), value));
    var values = new LinkedHashMap<String, @Nullable Object>();
    // In the order of before, and then what is new.
    for (var key : old.keySet()) if (after.containsKey(key)) values.put(key, after.get(key));
    after.forEach((key, value) -> values.put(String.valueOf(key), value));
    values.replaceAll(
        (key, value) -> {
          var oldValue = was.get(key);
          return oldValue == null
              ? value
              : part(schema.getValueType(), old.get(key), oldValue, value, is.get(key));
        });
    return values;
  }

  private static @Nullable Object union(
      Schema union, Object before, JsonNode was, Object after, JsonNode is) {
    var branch = GenericData.get().resolveUnion(union, before);
    if (branch != GenericData.get().resolveUnion(union, after)) return after;
    return part(
        union.getTypes().get(branch),
        before,
        JsonDatum.unwrapped(union, was),
        after,
        JsonDatum.unwrapped(union, is));
  }
}
