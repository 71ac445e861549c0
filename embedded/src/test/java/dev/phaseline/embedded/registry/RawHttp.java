package dev.phaseline.embedded.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// Requests as any HTTP client sends them.
final class RawHttp {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final URI base;

  RawHttp(URI base) {
    this.base = base;
  }

  /// @param status of HTTP
  /// @param text the body
  record Answer(int status, String text) {
    JsonNode json() throws IOException {
      return JSON.readTree(text);
    }

    int code() throws IOException {
      return json().path("error_code").asInt();
    }
  }

  Answer get(String path) throws IOException, InterruptedException {
    return send("GET", path, "", "application/json");
  }

  Answer post(String path, String body) throws IOException, InterruptedException {
    return send("POST", path, body, "application/vnd.schemaregistry.v1+json");
  }

  Answer put(String path, String body) throws IOException, InterruptedException {
    return send("PUT", path, body, "application/vnd.schemaregistry.v1+json");
  }

  Answer delete(String path) throws IOException, InterruptedException {
    return send("DELETE", path, "", "application/json");
  }

  Answer send(String verb, String path, String body, String contentType)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", contentType)
            .method(verb, HttpRequest.BodyPublishers.ofString(body, UTF_8))
            .build();
    var response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
    return new Answer(response.statusCode(), response.body());
  }

  /// The body that registers or looks up a schema.
  static String schema(String text) {
    return JSON.createObjectNode().put("schema", text).toString();
  }
}
