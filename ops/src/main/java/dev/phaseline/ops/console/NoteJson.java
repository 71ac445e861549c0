package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// JSON form of audit notes, in the topic and in answers.
record NoteJson(String at, String by, String from, String verb, String target, String detail) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// Notes, the newest first.
  record Notes(List<NoteJson> notes) {}

  static NoteJson of(AuditTrail.Note note) {
    return new NoteJson(
        note.at().toString(),
        note.who(),
        note.where(),
        note.action(),
        note.target(),
        note.detail());
  }

  static byte[] bytes(AuditTrail.Note note) {
    try {
      return JSON.writeValueAsString(of(note)).getBytes(UTF_8);
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
