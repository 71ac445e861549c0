package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The file and the server, compared both ways: the same routes, and answers as they are written
/// down.
final class OpenApiTest {
  private final Scene scene = new Scene();

  @AfterEach
  void close() {
    scene.close();
  }

  private JsonNode file() throws Exception {
    return new Http(scene).get("/api/v1/openapi.json").json();
  }

  @Test
  void theFileHasEveryRouteAndNoOther() throws Exception {
    var written = new TreeSet<String>();
    file()
        .path("paths")
        .properties()
        .forEach(
            path ->
                path.getValue()
                    .properties()
                    .forEach(
                        one ->
                            written.add(
                                one.getKey().toUpperCase(Locale.ROOT)
                                    + ' '
                                    + path.getKey()
                                    + ' '
                                    + one.getValue().path("x-role").asText()
                                    + ' '
                                    + queryNames(one.getValue()))));
    var served = new TreeSet<String>();
    for (var route : scene.console().routes()) {
      var role = route.needs().map(Role::text).orElse("anybody");
      served.add(
          route.method()
              + ' '
              + route.template()
              + ' '
              + role
              + ' '
              + new TreeSet<>(route.parameters()));
    }
    assertThat(served).isEqualTo(written);
  }

  private static java.util.SortedSet<String> queryNames(JsonNode operation) {
    var names = new TreeSet<String>();
    for (var one : operation.path("parameters")) {
      if (one.path("in").asText().equals("query")) names.add(one.path("name").asText());
    }
    return names;
  }

  @Test
  void everyRouteAnswersAsItIsWrittenDown() throws Exception {
    var file = file();
    var wrong = new ArrayList<String>();
    var asked = 0;
    for (var path : file.path("paths").properties()) {
      for (var one : path.getValue().properties()) {
        if (path.getKey().endsWith("/events")) continue; // its own test
        asked++;
        wrong.addAll(
            ask(file, one.getKey().toUpperCase(Locale.ROOT), path.getKey(), one.getValue()));
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(asked).isGreaterThan(25);
  }

  private List<String> ask(JsonNode file, String method, String template, JsonNode operation)
      throws Exception {
    var path = template;
    for (var one : operation.path("parameters")) {
      path = path.replace("{" + one.path("name").asText() + "}", one.path("example").asText());
    }
    var body = operation.path("requestBody").path("content").path("application/json");
    var example = body.path("example").toString();
    var http = new Http(scene).withCsrf();
    var answer = http.send(method, path, body.isMissingNode() ? null : example);
    var responses = operation.path("responses");
    var name = method + ' ' + template;
    var wrong = new ArrayList<String>();
    var response = responses.path(Integer.toString(answer.status()));
    if (response.isMissingNode()) response = responses.path("default");
    var isRefusal = answer.status() >= 400;
    // The example names an operation that is none, and an open console has nobody to sign in.
    if (isRefusal && !template.contains("{operation}") && !template.endsWith("/session")) {
      wrong.add(name + ": " + answer.status() + ' ' + answer.response().body());
    }
    for (var content : response.path("content").properties()) {
      if (!answer.header("Content-Type").equals(content.getKey())) {
        wrong.add(name + ": is " + answer.header("Content-Type") + ", not " + content.getKey());
      } else if (content.getValue().has("schema")) {
        check(file, content.getValue().path("schema"), answer.json(), name, wrong);
      }
    }
    return wrong;
  }

  private static void check(
      JsonNode file, JsonNode schema, JsonNode value, String at, List<String> wrong) {
    if (schema.has("$ref")) {
      var name = schema.path("$ref").asText().replace("#/components/schemas/", "");
      check(file, file.path("components").path("schemas").path(name), value, at, wrong);
      return;
    }
    var fits =
        switch (schema.path("type").asText()) {
          case "string" -> value.isTextual();
          case "integer" -> value.isIntegralNumber();
          case "number" -> value.isNumber();
          case "boolean" -> value.isBoolean();
          case "array" -> value.isArray();
          case "object" -> value.isObject();
          default -> false;
        };
    if (!fits) wrong.add(at + ": is no " + schema.path("type").asText() + ": " + value);
    for (var one : schema.path("required")) {
      if (!value.has(one.asText())) wrong.add(at + ": lacks " + one.asText());
    }
    for (var one : schema.path("properties").properties()) {
      var member = value.path(one.getKey());
      if (member.isMissingNode()) continue;
      check(file, one.getValue(), member, at + '.' + one.getKey(), wrong);
    }
    if (schema.path("type").asText().equals("array")) {
      for (var element : value) check(file, schema.path("items"), element, at + "[]", wrong);
    }
  }
}
