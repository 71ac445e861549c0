package dev.phaseline.cli.schedule;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.schemas.NearNames;
import dev.phaseline.server.InputFile;
import dev.phaseline.server.KeyLines;
import dev.phaseline.server.YamlText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/// YAML file of schedules: a mapping `schedules` from ids to definitions. Immutable.
///
/// @param file its name, for messages
/// @param definitions by id, in their order
/// @param lines where each stands
record ScheduleFile(Path file, SequencedMap<String, ObjectNode> definitions, KeyLines lines) {
  private static final int BYTES_MAX = 16 << 20;
  private static final String ALL = "schedules";

  /// Fields whose values are no text; YAML has all of them as text.
  private static final Set<String> NUMBERS =
      Set.of("runsMax", "overlapMax", "pauseAfterFailures", "idleItems", "priority");

  /// Reads a file.
  ///
  /// @throws CommandFailure naming the line and what is wrong with it
  static ScheduleFile read(Path file) {
    var text = InputFile.text(file, "file of schedules", BYTES_MAX);
    try {
      var root = YamlText.parse(text);
      if (!(root instanceof ObjectNode top) || !(top.path(ALL) instanceof ObjectNode all)) {
        throw CommandFailure.usage(
            file + " has no mapping 'schedules': begin it with schedules: and an id below");
      }
      for (var other : top.properties()) {
        if (other.getKey().equals(ALL)) continue;
        throw CommandFailure.usage(
            file
                + ": unknown key '"
                + other.getKey()
                + "'; "
                + NearNames.remedy(other.getKey(), List.of(ALL)));
      }
      return new ScheduleFile(file, definitions(file, all, KeyLines.of(text)), KeyLines.of(text));
    } catch (JsonProcessingException malformed) {
      var at = malformed.getLocation();
      var line = at == null ? "" : ", line " + at.getLineNr();
      var words = malformed.getOriginalMessage();
      throw CommandFailure.usage(
          words.startsWith("Duplicate field")
              ? file + line + ": " + words.replace("Duplicate field", "a second") + "; remove one"
              : file + line + ": is not valid YAML: " + words);
    } catch (YamlText.UnsupportedException unsupported) {
      throw CommandFailure.usage(
          file + ", line " + unsupported.line() + ": " + unsupported.getMessage());
    } catch (IOException unreadable) {
      throw CommandFailure.usage("can't read " + file + ": " + InputFile.why(unreadable));
    }
  }

  private static SequencedMap<String, ObjectNode> definitions(
      Path file, ObjectNode all, KeyLines lines) {
    var found = new LinkedHashMap<String, ObjectNode>();
    for (var one : all.properties()) {
      if (!(one.getValue() instanceof ObjectNode definition)) {
        throw CommandFailure.usage(
            file
                + lines.at(ALL + '.' + one.getKey())
                + ": schedule '"
                + one.getKey()
                + "' has no fields: give it cron, every or continuous, and a pipeline");
      }
      found.put(one.getKey(), typed(definition));
    }
    return found;
  }

  private static ObjectNode typed(ObjectNode given) {
    var typed = given.objectNode();
    for (var field : given.properties()) {
      typed.set(field.getKey(), typed(given, field.getKey(), field.getValue()));
    }
    return typed;
  }

  private static JsonNode typed(ObjectNode given, String name, JsonNode value) {
    var text = value.isTextual() ? value.textValue() : "";
    if (NUMBERS.contains(name) && text.matches("[0-9]{1,15}")) {
      return given.numberNode(Long.parseLong(text));
    }
    if (name.equals("continuous") && (text.equals("true") || text.equals("false"))) {
      return given.booleanNode(text.equals("true"));
    }
    return value;
  }

  /// The place of a schedule, for the beginning of a message.
  String at(String id) {
    return file + lines.at(ALL + '.' + id) + ": schedule '" + id + "': ";
  }
}
