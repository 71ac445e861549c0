package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.http.HttpCall;
import dev.phaseline.http.HttpEndpoint;
import dev.phaseline.http.HttpReply;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// HTTP endpoint of the console: dispatches each request to its route and writes the answer. Every
/// answer carries the same protections, also what the server refuses itself; every failure is a
/// [Problem]. Thread-safe: one call for each request, each on a virtual thread of its own.
final class ConsoleEndpoint implements HttpEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(ConsoleEndpoint.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /// A load balancer asks by whatever address it has, and there is nothing to protect.
  private static final String HEALTH = "/health";

  private static final Map<String, String> PROTECTIONS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
              + " object-src 'none'",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Referrer-Policy",
          "no-referrer",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin");

  private final AccessGuard guard;
  private final List<Route> routes;
  private final PageFiles page;
  private final EventStreams feed;
  private final String prefix;

  /// @param prefix the path of the public URL, such as `/phaseline`; empty for none
  ConsoleEndpoint(
      AccessGuard guard, List<Route> routes, PageFiles page, EventStreams feed, String prefix) {
    this.guard = guard;
    this.routes = List.copyOf(routes);
    this.page = page;
    this.feed = feed;
    this.prefix = prefix;
  }

  @Override
  public void answer(HttpCall http) throws IOException {
    PROTECTIONS.forEach(http::set);
    try {
      send(http, reply(http));
    } catch (Problem problem) {
      problem(http, problem);
    } catch (RuntimeException failed) {
      problem(http, ExceptionProblems.of(failed).orElseGet(() -> ours(http, failed)));
    }
  }

  @Override
  public HttpReply refusal(int status) {
    var headers = new LinkedHashMap<>(PROTECTIONS);
    headers.put("Content-Type", "application/problem+json");
    headers.put("Cache-Control", "no-store");
    return new HttpReply(status, headers, write(Problem.refused(status).members()));
  }

  private Reply reply(HttpCall http) {
    var raw = below(http.path());
    if (!raw.equals(HEALTH)) guard.checkHost(http);
    if (raw.isEmpty()) return new Reply.Moved(prefix + '/');
    var method = http.method().equals("HEAD") ? "GET" : http.method();
    if (!raw.startsWith("/api/") && method.equals("GET")) {
      var file = page.find(raw);
      if (file.isPresent()) return file.get();
    }
    var path = decode(raw);
    var others = new TreeSet<String>();
    for (var route : routes) {
      var values = route.match(path);
      if (values.isEmpty()) continue;
      if (route.method().equals(method)) return call(http, route, values.get());
      others.add(route.method());
    }
    if (others.isEmpty()) throw nothingHere(raw);
    http.set("Allow", String.join(", ", others));
    throw Problem.of(
        405,
        "wrong-method",
        "Method not allowed",
        method + " " + raw,
        "use " + String.join(" or ", others));
  }

  /// The path without the public URL's prefix. Some proxies take it away and some leave it, so both
  /// are understood.
  private String below(String raw) {
    if (prefix.isEmpty() || !raw.startsWith(prefix)) return raw;
    var rest = raw.substring(prefix.length());
    return rest.isEmpty() || rest.startsWith("/") ? rest : raw;
  }

  private static Problem nothingHere(String path) {
    return Problem.missing(
        "no-such-path",
        "nothing is at " + path,
        "the page is at /, the API is described at /api/v1/openapi.json");
  }

  private static List<String> decode(String raw) {
    var parts = new ArrayList<String>();
    for (var part : Route.split(raw)) {
      try {
        // In a path, a plus is a plus.
        parts.add(URLDecoder.decode(part.replace("+", "%2B"), UTF_8));
      } catch (IllegalArgumentException broken) {
        throw nothingHere(raw);
      }
    }
    return parts;
  }

  private Reply call(HttpCall http, Route route, Map<String, String> values) {
    if (!route.isReading()) guard.checkOrigin(http);
    var principal =
        route.needs().isEmpty()
            ? new Principal("", Role.VIEWER, guard.where(http))
            : guard.admit(http, route.needs().get(), !route.isReading());
    var query = QueryParameters.parse(http.query(), route.parameters());
    return route.handler().answer(new Call(http, principal, values, query));
  }

  private static Problem ours(HttpCall http, RuntimeException failed) {
    var reference = UUID.randomUUID().toString();
    LOG.error("the console failed at {} (reference {})", http.line(), reference, failed);
    return Problem.of(
        500,
        "internal",
        "The console has an error",
        "the request met an error of the console itself",
        "details are in the console's log under reference " + reference);
  }

  private static void problem(HttpCall http, Problem problem) throws IOException {
    http.set("Content-Type", "application/problem+json");
    http.set("Cache-Control", "no-store");
    var members = problem.members();
    if (members.get("retryAfterSeconds") instanceof Number wait) {
      http.set("Retry-After", wait.toString());
    }
    http.send(problem.status(), write(members));
  }

  private void send(HttpCall http, Reply reply) throws IOException {
    switch (reply) {
      case Reply.Json json -> {
        json.headers().forEach(http::set);
        http.set("Content-Type", "application/json");
        http.set("Cache-Control", "no-store");
        Gzip.send(http, json.status(), write(json.body()));
      }
      case Reply.Empty empty -> {
        empty.headers().forEach(http::set);
        http.set("Cache-Control", "no-store");
        http.send(204, new byte[0]);
      }
      case Reply.Moved moved -> {
        http.set("Location", moved.to());
        http.send(308, new byte[0]);
      }
      case Reply.Content content -> content(http, content);
      case Reply.Events events -> feed.serve(http, events.admission());
    }
  }

  private static byte[] write(Object body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException ours) {
      throw new IllegalStateException("an answer that is no JSON", ours);
    }
  }

  private static void content(HttpCall http, Reply.Content content) throws IOException {
    http.set("Content-Type", content.type());
    http.set("ETag", content.tag());
    // Asked again each time and mostly answered with 304: an update is seen at once.
    http.set("Cache-Control", "no-cache");
    if (http.header("If-None-Match").equals(content.tag())) {
      http.send(304, new byte[0]);
      return;
    }
    Gzip.send(http, 200, content.bytes());
  }
}
