package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// JSON form of audit notes, in the topic and in answers.
final class NoteJson {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private NoteJson() {}

  static Map<String, Object> note(AuditTrail.Note note) {
    var out = new LinkedHashMap<String, Object>();
    out.put("at", note.at().toString());
    out.put("by", note.who());
    out.put("from", note.where());
    out.put("verb", note.action());
    out.put("target", note.target());
    out.put("detail", note.detail());
    return out;
  }

  static byte[] bytes(AuditTrail.Note note) {
    try {
      return JSON.writeValueAsString(note(note)).getBytes(UTF_8);
    } catch (JsonProcessingException ours) {
      throw new IllegalStateException("a note that is no JSON", ours);
    }
  }

  /// Reads a note; empty when a newer version wrote it, or nobody of ours.
  static Optional<AuditTrail.Note> read(byte[] value) {
    try {
      JsonNode json = JSON.readTree(value);
      return Optional.of(
          new AuditTrail.Note(
              Instant.parse(json.path("at").asText("")),
              json.path("by").asText(""),
              json.path("from").asText(""),
              json.path("verb").asText(""),
              json.path("target").asText(""),
              json.path("detail").asText("")));
    } catch (IOException | DateTimeException foreign) {
      return Optional.empty();
    }
  }
}
