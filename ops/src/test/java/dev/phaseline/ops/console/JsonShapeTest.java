package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The answer of every route, compared with the recorded one: names of members and types of values
/// are API. A line is a route, the way to a value, and its type; `?` marks a member that some
/// elements of a list lack. With `-Dshapes.write=true` the record is written anew.
final class JsonShapeTest {
  private static final Path RECORD =
      Path.of("src/test/resources/dev/phaseline/ops/console/json-shapes.txt");
  private static final int TRIES = 600;

  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void everyAnswerHasTheRecordedShape() throws Exception {
    awaitOverview();
    var lines = new TreeSet<String>();
    var operation = "";
    var file = new Http(scene).get("/api/v1/openapi.json").json();
    for (var path : file.path("paths").properties()) {
      if (path.getKey().endsWith("/events") || path.getKey().endsWith("openapi.json")) continue;
      for (var one : path.getValue().properties()) {
        var method = one.getKey().toUpperCase(Locale.ROOT);
        var target = path.getKey().replace("{operation}", operation);
        var answer = ask(method, target, one.getValue());
        if (target.endsWith("/redrive")) {
          operation = answer.json().path("id").asText();
          awaitEnd(operation);
        }
        var body = answer.response().body();
        if (body.isEmpty()) continue;
        var shape = new TreeSet<String>();
        add(Http.JSON.readTree(body), "", shape);
        // whether the work has ended when it is answered is a matter of time
        if (target.endsWith("/redrive")) shape.removeIf(line -> line.startsWith("report"));
        var name = method + ' ' + path.getKey() + ' ' + answer.status() + ' ';
        for (var line : shape) lines.add(name + line);
      }
    }
    if (Boolean.getBoolean("shapes.write")) Files.write(RECORD, lines);
    assertThat(lines).containsExactlyElementsOf(Files.readAllLines(RECORD));
  }

  private Http.Answer ask(String method, String template, JsonNode operation) throws Exception {
    var path = template;
    for (var one : operation.path("parameters")) {
      path = path.replace("{" + one.path("name").asText() + "}", one.path("example").asText());
    }
    var body = operation.path("requestBody").path("content").path("application/json");
    var example = body.path("example").toString();
    return new Http(scene).withCsrf().send(method, path, body.isMissingNode() ? null : example);
  }

  private void awaitOverview() throws Exception {
    for (var left = TRIES; left > 0; left--) {
      var overview = new Http(scene).get("/api/v1/overview").json();
      var counts = overview.path("pipelines").path(0).path("phases").path(0).has("waiting");
      var history = new Http(scene).get("/api/v1/history").json().path("phases").size() > 0;
      if (counts && overview.has("workersAt") && history) return;
      LockSupport.parkNanos(100_000_000);
    }
    throw new AssertionError("the overview never had counts");
  }

  private void awaitEnd(String operation) throws Exception {
    for (var left = TRIES; left > 0; left--) {
      var state = new Http(scene).get("/api/v1/operations/" + operation).json().path("state");
      if (!state.asText().equals("running")) return;
      LockSupport.parkNanos(100_000_000);
    }
    throw new AssertionError("the operation never ended");
  }

  private static void add(JsonNode value, String at, Set<String> lines) {
    lines.add(at + ' ' + type(value));
    for (var member : value.properties()) {
      add(member.getValue(), at.isEmpty() ? member.getKey() : at + '.' + member.getKey(), lines);
    }
    if (!value.isArray()) return;
    var each = new ArrayList<TreeSet<String>>();
    for (var element : value) {
      var shape = new TreeSet<String>();
      add(element, at + "[]", shape);
      each.add(shape);
    }
    for (var shape : each) {
      for (var line : shape) {
        var everywhere = each.stream().allMatch(other -> other.contains(line));
        lines.add(everywhere || line.endsWith("?") ? line : line + '?');
      }
    }
  }

  private static String type(JsonNode value) {
    if (value.isIntegralNumber()) return "integer";
    return value.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  /// The comparison finds what changed.
  @Test
  void aChangedTypeAndAnAbsentMemberChangeTheShape() throws Exception {
    var before = shape("{\"a\":[{\"b\":1,\"c\":\"x\"},{\"b\":2}]}");
    assertThat(before).contains("a[].b integer", "a[].c string?");
    for (var other :
        List.of("{\"a\":[{\"b\":1},{\"b\":2}]}", "{\"a\":[{\"b\":1.5,\"c\":\"x\"},{}]}")) {
      assertThat(shape(other)).isNotEqualTo(before);
    }
  }

  private static Set<String> shape(String json) throws Exception {
    var lines = new TreeSet<String>();
    add(Http.JSON.readTree(json), "", lines);
    return lines;
  }
}
