package dev.phaseline.ops.dead;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.phaseline.ops.audit.DeadLetterReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Dead letters as JSON, for scripts of the command and users of the console's API alike: the names
/// of members are part of both interfaces. Thread-safe.
public final class LetterJson {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private LetterJson() {}

  /// One line of JSON.
  public static String line(Map<String, ?> members) {
    try {
      return MAPPER.writeValueAsString(members);
    } catch (JsonProcessingException ours) {
      throw new IllegalStateException("an answer that is no JSON", ours);
    }
  }

  /// One letter in a list.
  public static Map<String, Object> letter(LetterEntry entry) {
    var letter = entry.letter();
    var out = new LinkedHashMap<String, Object>();
    out.put("id", letter.id().toString());
    out.put("at", letter.at().toString());
    out.put("job", letter.job());
    out.put("item", letter.item());
    out.put("phase", letter.phase());
    out.put("kind", letter.kind());
    out.put("reason", letter.reason());
    out.put("key", letter.keyText());
    out.put("generation", letter.generation());
    out.put("attempt", letter.attempt());
    out.put("tags", letter.tags());
    out.put("state", entry.state().status().text());
    out.put("edited", entry.state().edit() != null);
    var last = entry.state().last();
    if (last != null) out.put("last", action(last));
    return out;
  }

  /// One letter with everything.
  public static Map<String, Object> whole(
      LetterEntry entry, Payloads.Shown payload, Payloads.@Nullable Shown edited) {
    var letter = entry.letter();
    var out = letter(entry);
    out.put("from", letter.parent());
    out.put("history", letter.history());
    out.put("headers", headers(letter));
    out.put("payload", payload(payload));
    var edit = entry.state().edit();
    if (edit != null) out.put("edit", action(edit));
    if (edited != null) out.put("editedPayload", payload(edited));
    return out;
  }

  /// All headers of a letter.
  public static List<Map<String, Object>> headers(Letter letter) {
    var headers = new ArrayList<Map<String, Object>>();
    for (var header : letter.headers()) {
      headers.add(Map.of("name", header.key(), "value", text(header.value())));
    }
    return headers;
  }

  /// Text, or `0x` and hexadecimal digits when the bytes are none.
  public static String text(byte @Nullable [] value) {
    if (value == null) return "";
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(value)).toString();
    } catch (CharacterCodingException binary) {
      return "0x" + HexFormat.of().formatHex(value);
    }
  }

  /// An action on a letter.
  public static Map<String, Object> action(LetterAction action) {
    var out = new LinkedHashMap<String, Object>();
    out.put("action", action.verb().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    out.put("by", action.by());
    out.put("at", action.at().toString());
    out.put("operation", action.operation());
    if (!action.phase().isEmpty()) out.put("phase", action.phase());
    if (action.generation() > 0) out.put("generation", action.generation());
    if (!action.reason().isEmpty()) out.put("reason", action.reason());
    return out;
  }

  /// A payload to look at.
  public static Map<String, Object> payload(Payloads.Shown shown) {
    var out = new LinkedHashMap<String, Object>();
    out.put("form", shown.form().name().toLowerCase(java.util.Locale.ROOT));
    if (shown.schemaId().isPresent()) out.put("schemaId", shown.schemaId().getAsInt());
    if (!shown.note().isEmpty()) out.put("note", shown.note());
    if (shown.json().isPresent()) out.put("json", new RawValue(shown.json().get()));
    else out.put(shown.form() == Payloads.Form.BINARY ? "hex" : "text", shown.text());
    return out;
  }

  /// Letters counted by kind, phase and reason.
  public static List<Map<String, Object>> groups(List<DeadLetterReader.Group> groups) {
    var out = new ArrayList<Map<String, Object>>();
    for (var group : groups) {
      var one = new LinkedHashMap<String, Object>();
      one.put("count", group.count());
      one.put("phase", group.phase());
      one.put("kind", group.kind());
      one.put("reason", group.reason());
      one.put("first", group.first().toString());
      one.put("last", group.last().toString());
      var query = LetterGroup.query(group);
      if (!query.isEmpty()) one.put("query", query);
      out.add(one);
    }
    return out;
  }

  /// A preview of a redrive.
  public static Map<String, Object> preview(RedrivePreview preview) {
    var out = new LinkedHashMap<String, Object>();
    out.put("dryRun", true);
    out.put("matched", preview.matched());
    out.put("wouldRedrive", preview.sendable());
    out.put("expired", preview.expired());
    out.put("groups", preview.groups());
    out.put("first", preview.first().stream().map(LetterJson::letter).toList());
    putRefusals(out, preview.refused());
    return out;
  }

  /// A report of a redrive.
  public static Map<String, Object> report(RedriveReport report) {
    var out = new LinkedHashMap<String, Object>();
    out.put("operation", report.operation());
    out.put("end", report.end().name().toLowerCase(java.util.Locale.ROOT));
    out.put("matched", report.matched());
    out.put("redriven", report.redriven());
    out.put("takenBack", report.takenBack());
    out.put("left", report.left());
    report
        .canary()
        .ifPresent(
            canary ->
                out.put(
                    "canary",
                    Map.of(
                        "sent", canary.sent(),
                        "passed", canary.passed(),
                        "deadAgain", canary.deadAgain(),
                        "open", canary.open())));
    putRefusals(out, report.refused());
    return out;
  }

  /// To which letters something was not done.
  public static void putRefusals(Map<String, Object> out, RefusedLetters refused) {
    out.put("refused", refused.count());
    out.put(
        "refusedFirst",
        refused.first().stream()
            .map(one -> Map.of("id", one.letter().toString(), "why", one.why()))
            .toList());
  }
}
