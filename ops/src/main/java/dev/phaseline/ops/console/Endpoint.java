package dev.phaseline.ops.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes each request from the wire to its route and the answer back. Every answer carries the same
/// protections; every failure is a [Problem]. Thread-safe: one call for each request, each on a
/// virtual thread of its own.
final class Endpoint implements HttpHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Endpoint.class);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String CSP =
      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
          + " object-src 'none'";

  private final Guard guard;
  private final List<Route> routes;
  private final Page page;
  private final Feed feed;

  Endpoint(Guard guard, List<Route> routes, Page page, Feed feed) {
    this.guard = guard;
    this.routes = List.copyOf(routes);
    this.page = page;
    this.feed = feed;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      protect(exchange);
      try {
        send(exchange, answer(exchange));
      } catch (Problem problem) {
        problem(exchange, problem);
      } catch (RuntimeException failed) {
        problem(exchange, Failures.of(failed).orElseGet(() -> ours(exchange, failed)));
      }
    }
  }

  private static void protect(HttpExchange exchange) {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Security-Policy", CSP);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
  }

  private Reply answer(HttpExchange exchange) {
    guard.checkHost(exchange);
    var raw = exchange.getRequestURI().getRawPath();
    var method = exchange.getRequestMethod().equals("HEAD") ? "GET" : exchange.getRequestMethod();
    if (!raw.startsWith("/api/") && method.equals("GET")) {
      var file = page.find(raw);
      if (file.isPresent()) return file.get();
    }
    var path = decode(raw);
    var others = new TreeSet<String>();
    for (var route : routes) {
      var values = route.match(path);
      if (values.isEmpty()) continue;
      if (route.method().equals(method)) return call(exchange, route, values.get());
      others.add(route.method());
    }
    if (others.isEmpty()) throw nothingHere(raw);
    exchange.getResponseHeaders().set("Allow", String.join(", ", others));
    throw Problem.of(
        405,
        "wrong-method",
        "This path does not know that method",
        method + " " + raw,
        "use " + String.join(" or ", others));
  }

  private static Problem nothingHere(String path) {
    return Problem.missing(
        "no-such-path",
        "nothing is at " + path,
        "the page is at /, the API is described at /api/v1/openapi.json");
  }

  private static List<String> decode(String raw) {
    var parts = new ArrayList<String>();
    for (var part : Route.split(raw.isEmpty() ? "/" : raw)) {
      try {
        // In a path, a plus is a plus.
        parts.add(URLDecoder.decode(part.replace("+", "%2B"), UTF_8));
      } catch (IllegalArgumentException broken) {
        throw nothingHere(raw);
      }
    }
    return parts;
  }

  private Reply call(HttpExchange exchange, Route route, Map<String, String> values) {
    if (!route.isReading()) guard.checkOrigin(exchange);
    var principal =
        route.needs().isEmpty()
            ? new Principal("", Role.VIEWER, Guard.where(exchange))
            : guard.admit(exchange, route.needs().get(), !route.isReading());
    var query = Query.parse(exchange.getRequestURI().getRawQuery(), route.parameters());
    return route.handler().answer(new Call(exchange, principal, values, query));
  }

  private static Problem ours(HttpExchange exchange, RuntimeException failed) {
    var reference = UUID.randomUUID().toString();
    LOG.error(
        "the console failed at {} {} (reference {})",
        exchange.getRequestMethod(),
        exchange.getRequestURI().getRawPath(),
        reference,
        failed);
    return Problem.of(
        500,
        "internal",
        "The console has an error",
        "the request met an error of the console itself",
        "the console's log says more under reference " + reference);
  }

  private static void problem(HttpExchange exchange, Problem problem) throws IOException {
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/problem+json");
    headers.set("Cache-Control", "no-store");
    var members = problem.members();
    if (members.get("retryAfterSeconds") instanceof Number wait) {
      headers.set("Retry-After", wait.toString());
    }
    bytes(exchange, problem.status(), JSON.writeValueAsBytes(members));
  }

  private void send(HttpExchange exchange, Reply reply) throws IOException {
    var headers = exchange.getResponseHeaders();
    switch (reply) {
      case Reply.Json json -> {
        json.headers().forEach(headers::set);
        headers.set("Content-Type", "application/json");
        headers.set("Cache-Control", "no-store");
        bytes(exchange, json.status(), write(json.body()));
      }
      case Reply.Empty empty -> {
        empty.headers().forEach(headers::set);
        headers.set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(204, -1);
      }
      case Reply.Content content -> content(exchange, content);
      case Reply.Events _ -> feed.serve(exchange);
    }
  }

  private static byte[] write(Object body) {
    try {
      return JSON.writeValueAsBytes(body);
    } catch (JsonProcessingException ours) {
      throw new IllegalStateException("an answer that is no JSON", ours);
    }
  }

  private static void content(HttpExchange exchange, Reply.Content content) throws IOException {
    var headers = exchange.getResponseHeaders();
    var tag = Page.tag(content.bytes());
    headers.set("Content-Type", content.type());
    headers.set("ETag", tag);
    // Asked again each time and mostly answered with 304: an update is seen at once.
    headers.set("Cache-Control", "no-cache");
    var known = Optional.ofNullable(exchange.getRequestHeaders().getFirst("If-None-Match"));
    if (known.orElse("").equals(tag)) exchange.sendResponseHeaders(304, -1);
    else bytes(exchange, 200, content.bytes());
  }

  private static void bytes(HttpExchange exchange, int status, byte[] bytes) throws IOException {
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) exchange.getResponseBody().write(bytes);
  }
}
