package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.ops.schedule.ScheduleAnswers;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The schemas of `openapi.json` and the records that are answered, compared both ways: every
/// property, its type, and whether it can be absent.
final class OpenApiRecordsTest {
  private static final Map<String, Class<?>> ANSWERS =
      Map.ofEntries(
          entry("GET /health", SessionJson.Health.class),
          entry("GET /api/v1/session", SessionJson.class),
          entry("GET /api/v1/overview", OverviewJson.Overview.class),
          entry("GET /api/v1/history", OverviewJson.History.class),
          entry("GET /api/v1/phases", StatusJson.Phases.class),
          entry("GET /api/v1/jobs", StatusJson.Jobs.class),
          entry("POST /api/v1/jobs", EntryRoutes.Submitted.class),
          entry("GET /api/v1/entries", EntryForm.All.class),
          entry("GET /api/v1/schedules", ScheduleAnswers.All.class),
          entry("GET /api/v1/schedules/{schedule}", ScheduleAnswers.One.class),
          entry("POST /api/v1/schedules/{schedule}/put", ScheduleAnswers.Changed.class),
          entry("POST /api/v1/schedules/{schedule}/pause", ScheduleAnswers.Changed.class),
          entry("POST /api/v1/schedules/{schedule}/resume", ScheduleAnswers.Changed.class),
          entry("POST /api/v1/schedules/{schedule}/trigger", ScheduleAnswers.Changed.class),
          entry("POST /api/v1/schedules/{schedule}/backfill", ScheduleAnswers.Changed.class),
          entry("POST /api/v1/schedules/{schedule}/remove", ScheduleAnswers.Changed.class),
          entry("GET /api/v1/jobs/{job}", StatusJson.Job.class),
          entry("GET /api/v1/jobs/{job}/items", StatusJson.Items.class),
          entry("GET /api/v1/dead/{pipeline}/letters", LetterJson.Found.class),
          entry("GET /api/v1/dead/{pipeline}/groups", LetterAnswers.Groups.class),
          entry("GET /api/v1/dead/{pipeline}/letters/{letter}", LetterAnswers.Detail.class),
          entry(
              "POST /api/v1/dead/{pipeline}/letters/{letter}/reveal", LetterAnswers.Revealed.class),
          entry("POST /api/v1/dead/{pipeline}/letters/{letter}/edit", LetterAnswers.Edited.class),
          entry("POST /api/v1/dead/{pipeline}/preview", LetterJson.Preview.class),
          entry("POST /api/v1/dead/{pipeline}/redrive", OperationJson.class),
          entry("POST /api/v1/dead/{pipeline}/discard", LetterJson.Discarded.class),
          entry("POST /api/v1/dead/{pipeline}/undo", LetterJson.Undone.class),
          entry("GET /api/v1/operations", OperationJson.All.class),
          entry("GET /api/v1/operations/{operation}", OperationJson.class),
          entry("POST /api/v1/operations/{operation}/stop", OperationJson.class),
          entry("GET /api/v1/workers", WorkerJson.Workers.class),
          entry("GET /api/v1/placement", PlacementJson.class),
          entry("GET /api/v1/control", CommandJson.Settings.class),
          entry("POST /api/v1/control/pause", CommandJson.Changed.class),
          entry("POST /api/v1/control/resume", CommandJson.Changed.class),
          entry("POST /api/v1/control/drain", CommandJson.Changed.class),
          entry("POST /api/v1/control/concurrency", CommandJson.Changed.class),
          entry("POST /api/v1/control/cancel", CommandJson.Changed.class),
          entry("POST /api/v1/control/uncancel", CommandJson.Changed.class),
          entry("GET /api/v1/queues", QueueJson.All.class),
          entry("GET /api/v1/transactions", TransactionJson.Found.class),
          entry("POST /api/v1/transactions/abort", TransactionJson.Chosen.class),
          entry("GET /api/v1/audit", CommandJson.Audit.class),
          entry("GET /api/v1/notes", NoteJson.Notes.class));

  private static JsonNode file() throws Exception {
    try (var in = Console.class.getResourceAsStream("openapi.json")) {
      return Http.JSON.readTree(in);
    }
  }

  @Test
  void everySchemaIsThatOfItsRecord() throws Exception {
    var file = file();
    var wrong = new TreeSet<String>();
    var seen = new TreeSet<String>();
    for (var path : file.path("paths").properties()) {
      for (var one : path.getValue().properties()) {
        var name = one.getKey().toUpperCase(Locale.ROOT) + ' ' + path.getKey();
        for (var status : List.of("200", "202")) {
          var schema =
              one.getValue()
                  .path("responses")
                  .path(status)
                  .path("content")
                  .path("application/json")
                  .path("schema");
          if (schema.isMissingNode()) continue;
          seen.add(name);
          var type = ANSWERS.get(name);
          if (type == null) wrong.add(name + ": no record");
          else compare(file, schema, type, name, wrong);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(seen).isEqualTo(new TreeSet<>(ANSWERS.keySet()));
  }

  /// Differences of each kind.
  record Planted(String text, long number, @Nullable String absent, List<String> list) {}

  @Test
  void everyKindOfDifferenceIsFound() throws Exception {
    assertThat(differences("text:string! number:integer! absent:string list:array!")).isEmpty();
    assertThat(differences("number:integer! absent:string list:array!"))
        .containsExactly("X.text: only in the record");
    assertThat(differences("text:string! number:integer! absent:string list:array! more:string"))
        .containsExactly("X.more: only in the file");
    assertThat(differences("text:integer! number:number! absent:string list:string!"))
        .containsExactly(
            "X.list: is array, not string",
            "X.number: is integer, not number",
            "X.text: is string, not integer");
    assertThat(differences("text:string number:integer! absent:string! list:array!"))
        .containsExactly("X.absent: can be absent", "X.text: is never absent");
  }

  private static Set<String> differences(String schema) throws Exception {
    var properties = new ArrayList<String>();
    var required = new ArrayList<String>();
    for (var one : schema.split(" ", -1)) {
      var name = one.substring(0, one.indexOf(':'));
      var type = one.substring(one.indexOf(':') + 1).replace("!", "");
      if (one.endsWith("!")) required.add('"' + name + '"');
      properties.add(
          "\"%s\":{\"type\":\"%s\",\"items\":{\"type\":\"string\"}}".formatted(name, type));
    }
    var text =
        "{\"type\":\"object\",\"properties\":{%s},\"required\":[%s]}"
            .formatted(String.join(",", properties), String.join(",", required));
    var wrong = new TreeSet<String>();
    compare(Http.JSON.readTree("{}"), Http.JSON.readTree(text), Planted.class, "X", wrong);
    return wrong;
  }

  private static void compare(
      JsonNode file, JsonNode schema, Type type, String at, Set<String> wrong) {
    if (schema.has("$ref")) {
      var name = schema.path("$ref").asText().replace("#/components/schemas/", "");
      compare(file, file.path("components").path("schemas").path(name), type, at, wrong);
      return;
    }
    var written = schema.path("type").asText();
    var is = jsonType(type);
    if (!written.equals(is)) {
      wrong.add(at + ": is " + is + ", not " + written);
      return;
    }
    if (type instanceof ParameterizedType list && list.getRawType() == List.class) {
      compare(file, schema.path("items"), list.getActualTypeArguments()[0], at + "[]", wrong);
    } else if (type instanceof Class<?> one && one.isRecord()) {
      members(file, schema, one, at, wrong);
    }
  }

  private static void members(
      JsonNode file, JsonNode schema, Class<?> type, String at, Set<String> wrong) {
    var required = new TreeSet<String>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    var components = new LinkedHashMap<String, Member>();
    flatten(type, false, components);
    components.forEach(
        (name, member) -> {
          var property = schema.path("properties").path(name);
          var place = at + '.' + name;
          if (property.isMissingNode()) {
            wrong.add(place + ": only in the record");
            return;
          }
          if (member.canBeAbsent() && required.contains(name)) {
            wrong.add(place + ": can be absent");
          }
          if (!member.canBeAbsent() && !required.contains(name)) {
            wrong.add(place + ": is never absent");
          }
          compare(file, property, member.type(), place, wrong);
        });
    for (var one : schema.path("properties").properties()) {
      if (!components.containsKey(one.getKey())) {
        wrong.add(at + '.' + one.getKey() + ": only in the file");
      }
    }
  }

  private record Member(Type type, boolean canBeAbsent) {}

  /// The members as they are written: an unwrapped record's are those of the one that has it.
  private static void flatten(Class<?> type, boolean absent, Map<String, Member> members) {
    for (var component : type.getRecordComponents()) {
      var canBeAbsent = absent || isNullable(component);
      if (component.getAccessor().isAnnotationPresent(JsonUnwrapped.class)) {
        flatten(component.getType(), canBeAbsent, members);
      } else {
        members.put(component.getName(), new Member(component.getGenericType(), canBeAbsent));
      }
    }
  }

  private static boolean isNullable(RecordComponent component) {
    return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
  }

  private static String jsonType(Type type) {
    var raw = type instanceof ParameterizedType generic ? generic.getRawType() : type;
    if (raw == String.class) return "string";
    if (raw == int.class || raw == long.class) return "integer";
    if (raw == Integer.class || raw == Long.class) return "integer";
    if (raw == double.class || raw == Double.class || raw == Number.class) return "number";
    if (raw == boolean.class || raw == Boolean.class) return "boolean";
    return raw == List.class ? "array" : "object";
  }
}
