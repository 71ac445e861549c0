package dev.phaseline.embedded.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.phaseline.http.BodyTooLargeException;
import dev.phaseline.http.HostNames;
import dev.phaseline.http.HttpCall;
import dev.phaseline.http.HttpEndpoint;
import dev.phaseline.http.HttpReply;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The registry's HTTP: requests of bounded size, answers and errors as Confluent's registry writes
/// them. No page of a browser is a client: what names another origin, or asks by a name that is not
/// this machine's own, is refused, and so are the content types that a page can send without asking
/// first. Thread-safe.
final class RegistryEndpoint implements HttpEndpoint {
  /// A schema must fit into a record of the topic, whose limit is 1 MiB.
  static final int BODY_BYTES_MAX = 900 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(RegistryEndpoint.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String MEDIA_TYPE = "application/vnd.schemaregistry.v1+json";

  /// Content types that a browser sends to any origin without a preflight request (CORS).
  private static final Set<String> FORM_TYPES =
      Set.of("text/plain", "application/x-www-form-urlencoded", "multipart/form-data");

  private final RegistryRoutes routes;
  private final HostNames hosts;

  RegistryEndpoint(RegistryRoutes routes, HostNames hosts) {
    this.routes = routes;
    this.hosts = hosts;
  }

  @Override
  public void answer(HttpCall http) throws IOException {
    try {
      checkClient(http);
      var body = body(http);
      var request =
          new RegistryRoutes.Request(
              http.method().equals("HEAD") ? "GET" : http.method(),
              path(http.path()),
              query(http.query()),
              () -> parse(body));
      send(http, 200, bytes(routes.answer(request)));
    } catch (RegistryError refusal) {
      send(http, refusal.status(), bytes(refusal));
    } catch (RuntimeException ours) {
      LOG.error("{} failed", http.line(), ours);
      send(
          http,
          500,
          bytes(new RegistryError(500, 500, "Internal error: " + ours.getClass().getName())));
    }
  }

  @Override
  public HttpReply refusal(int status) {
    var body = bytes(new RegistryError(status, status, "The request can't be understood"));
    return new HttpReply(status, Map.of("Content-Type", MEDIA_TYPE), body);
  }

  private void checkClient(HttpCall http) {
    if (!hosts.include(http.header("Host"))) {
      throw new RegistryError(421, 421, "This registry answers to localhost and its address only");
    }
    var origin = http.header("Origin");
    if (!origin.isEmpty() && !isOurs(origin)) {
      throw new RegistryError(403, 403, "This registry does not answer to pages of a browser");
    }
    var type = http.header("Content-Type").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!http.method().equals("GET") && FORM_TYPES.contains(type)) {
      throw new RegistryError(
          415, 415, "The body's type must be " + MEDIA_TYPE + " or application/json");
    }
  }

  private boolean isOurs(String origin) {
    try {
      return hosts.include(new URI(origin));
    } catch (URISyntaxException malformed) {
      return false;
    }
  }

  private static byte[] body(HttpCall http) throws IOException {
    try {
      return http.body(BODY_BYTES_MAX);
    } catch (BodyTooLargeException large) {
      throw new RegistryError(413, 413, "The request is larger than " + BODY_BYTES_MAX + " bytes");
    }
  }

  private static JsonNode parse(byte[] body) {
    try {
      var json = JSON.readTree(body);
      if (json.isObject()) return json;
      throw new RegistryError(422, 422, "The request's body must be a JSON object");
    } catch (JsonProcessingException notJson) {
      throw new RegistryError(
          400, 400, "The request's body is not JSON: " + notJson.getOriginalMessage());
    } catch (IOException notJson) {
      throw new RegistryError(400, 400, "The request's body is not JSON");
    }
  }

  private static List<String> path(String raw) {
    var parts = new ArrayList<String>();
    for (var part : raw.split("/", -1)) {
      if (part.isEmpty()) continue;
      try {
        parts.add(URLDecoder.decode(part.replace("+", "%2B"), UTF_8));
      } catch (IllegalArgumentException malformed) {
        throw new RegistryError(400, 400, "The path is not percent-encoded as it should be");
      }
    }
    return parts;
  }

  /// The names whose value is `true`: the API has no other that matter here.
  private static RegistryRoutes.Query query(@Nullable String query) {
    var values = new HashMap<String, String>();
    if (query != null) {
      for (var pair : query.split("&", -1)) {
        var equals = pair.indexOf('=');
        if (equals > 0) values.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return name -> "true".equals(values.get(name));
  }

  private static byte[] bytes(JsonNode answer) {
    return answer instanceof RegistryRoutes.RawText raw
        ? raw.textValue().getBytes(UTF_8)
        : answer.toString().getBytes(UTF_8);
  }

  private static byte[] bytes(RegistryError refusal) {
    return bytes(
        JsonNodeFactory.instance
            .objectNode()
            .put("error_code", refusal.code())
            .put("message", refusal.sentence()));
  }

  private static void send(HttpCall http, int status, byte[] body) throws IOException {
    http.set("Content-Type", MEDIA_TYPE);
    http.set("X-Content-Type-Options", "nosniff");
    http.send(status, body);
  }
}
