package dev.phaseline.ops.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// A client of the API for tests: remembers nothing, sends what it is told.
final class Http {
  static final JsonMapper JSON = JsonMapper.builder().build();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Scene scene;
  private final Map<String, String> headers = new LinkedHashMap<>();

  Http(Scene scene) {
    this.scene = scene;
  }

  Http with(String header, String value) {
    headers.put(header, value);
    return this;
  }

  /// With the CSRF token that a page would have read.
  Http withCsrf() throws IOException, InterruptedException {
    return with(AccessGuard.CSRF, get("/api/v1/session").json().path("csrf").asText());
  }

  /// What came back.
  record Answer(HttpResponse<String> response) {
    int status() {
      return response.statusCode();
    }

    JsonNode json() throws IOException {
      return JSON.readTree(response.body());
    }

    String header(String name) {
      return response.headers().firstValue(name).orElse("");
    }

    String problem() throws IOException {
      return json().path("type").asText().replace("urn:phaseline:problem:", "");
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, null);
  }

  Answer post(String path, String body) throws IOException, InterruptedException {
    return send("POST", path, body);
  }

  Answer send(String method, String path, @org.jspecify.annotations.Nullable String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(scene.url(path)))
            .timeout(Duration.ofMinutes(2))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (body != null && !headers.containsKey("Content-Type")) {
      request.header("Content-Type", "application/json");
    }
    headers.forEach(request::header);
    return new Answer(client.send(request.build(), BodyHandlers.ofString()));
  }
}
