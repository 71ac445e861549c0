package dev.phaseline.embedded.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// HTTP: reads requests of bounded size, whatever their content type says, and writes answers and
/// errors as Confluent's registry does. Thread-safe.
final class RegistryEndpoint implements HttpHandler {
  /// A schema must fit into a record of the topic, whose limit is 1 MiB.
  static final int BODY_BYTES_MAX = 900 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(RegistryEndpoint.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

  private final RegistryRoutes routes;

  RegistryEndpoint(RegistryRoutes routes) {
    this.routes = routes;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        var body = body(exchange);
        var uri = exchange.getRequestURI();
        var request =
            new RegistryRoutes.Request(
                exchange.getRequestMethod(), path(uri), query(uri), () -> parse(body));
        send(exchange, 200, bytes(routes.answer(request)));
      } catch (Refusal refusal) {
        send(exchange, refusal);
      } catch (RuntimeException ours) {
        LOG.error("{} {} failed", exchange.getRequestMethod(), exchange.getRequestURI(), ours);
        send(exchange, new Refusal(500, 500, "Internal error: " + ours.getClass().getName()));
      }
    }
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    var body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
    if (body.length > BODY_BYTES_MAX) {
      exchange.getResponseHeaders().set("Connection", "close"); // the rest is not read
      throw new Refusal(413, 413, "The request is larger than " + BODY_BYTES_MAX + " bytes");
    }
    return body;
  }

  private static JsonNode parse(byte[] body) {
    try {
      var json = JSON.readTree(body);
      if (json.isObject()) return json;
      throw new Refusal(422, 422, "The request's body must be a JSON object");
    } catch (JsonProcessingException notJson) {
      throw new Refusal(
          400, 400, "The request's body is not JSON: " + notJson.getOriginalMessage());
    } catch (IOException notJson) {
      throw new Refusal(400, 400, "The request's body is not JSON");
    }
  }

  private static List<String> path(URI uri) {
    var parts = new ArrayList<String>();
    for (var part : uri.getRawPath().split("/", -1)) {
      if (part.isEmpty()) continue;
      try {
        parts.add(URLDecoder.decode(part.replace("+", "%2B"), UTF_8));
      } catch (IllegalArgumentException malformed) {
        throw new Refusal(400, 400, "The path is not percent-encoded as it should be");
      }
    }
    return parts;
  }

  /// The names whose value is `true`: the API has no other that matter here.
  private static RegistryRoutes.Query query(URI uri) {
    var values = new HashMap<String, String>();
    var query = uri.getRawQuery();
    if (query != null) {
      for (var pair : query.split("&", -1)) {
        var equals = pair.indexOf('=');
        if (equals > 0) values.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return name -> "true".equals(values.get(name));
  }

  private static byte[] bytes(JsonNode answer) throws IOException {
    return answer instanceof RegistryRoutes.RawText raw
        ? raw.textValue().getBytes(UTF_8)
        : JSON.writeValueAsBytes(answer);
  }

  private static void send(HttpExchange exchange, Refusal refusal) throws IOException {
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("error_code", refusal.code())
            .put("message", refusal.sentence());
    send(exchange, refusal.status(), bytes(body));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", MEDIA_TYPE);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
