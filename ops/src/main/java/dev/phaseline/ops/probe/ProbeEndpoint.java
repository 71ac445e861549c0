package dev.phaseline.ops.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// What is answered on which path. Thread-safe.
final class ProbeEndpoint implements HttpHandler {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JSON_TYPE = "application/json";

  /// A scrape is a megabyte at most, so that many at once are no danger; more than that are
  /// somebody who does not mean well.
  private static final int AT_ONCE_MAX = 16;

  private final ProcessMeters meters;
  private final List<Probe> probes;
  private final Semaphore room = new Semaphore(AT_ONCE_MAX);

  ProbeEndpoint(ProcessMeters meters, List<Probe> probes) {
    this.meters = meters;
    this.probes = probes;
  }

  private record Answer(int status, String type, String body) {}

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!room.tryAcquire()) {
        exchange.getResponseHeaders().set("Retry-After", "1");
        send(exchange, error(503, "too many requests at once; ask again in a second"));
        return;
      }
      try {
        send(exchange, answer(exchange));
      } finally {
        room.release();
      }
    }
  }

  private Answer answer(HttpExchange exchange) {
    var method = exchange.getRequestMethod();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.getResponseHeaders().set("Allow", "GET, HEAD");
      return error(405, "only GET and HEAD are answered here");
    }
    return switch (exchange.getRequestURI().getPath()) {
      case "/metrics" -> metrics(exchange.getRequestHeaders().getFirst("Accept"));
      case "/health" -> looked(true);
      case "/ready" -> looked(false);
      case null, default ->
          error(404, "there is nothing here; ask for /metrics, /health or /ready");
    };
  }

  private Answer metrics(@Nullable String accept) {
    var scrape = meters.scrape(accept == null ? "" : accept);
    return new Answer(200, scrape.contentType(), scrape.body());
  }

  private Answer looked(boolean aliveOnly) {
    var json = JSON.createObjectNode();
    var reasons = JSON.createArrayNode();
    for (var probe : probes) {
      if (aliveOnly && probe.scope() != Probe.Scope.ALIVE) continue;
      probe
          .trouble()
          .get()
          .ifPresent(why -> reasons.addObject().put("what", probe.name()).put("why", why));
    }
    var good = aliveOnly ? "alive" : "ready";
    json.put("status", reasons.isEmpty() ? good : "not " + good);
    if (!reasons.isEmpty()) json.set("reasons", reasons);
    return json(reasons.isEmpty() ? 200 : 503, json);
  }

  private static Answer error(int status, String message) {
    return json(status, JSON.createObjectNode().put("error", message));
  }

  private static Answer json(int status, ObjectNode body) {
    return new Answer(status, JSON_TYPE, body.toString() + '\n');
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    var body = answer.body().getBytes(UTF_8);
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.type());
    headers.set("Cache-Control", "no-store");
    headers.set("X-Content-Type-Options", "nosniff");
    if (exchange.getRequestMethod().equals("HEAD")) {
      headers.set("Content-Length", Integer.toString(body.length));
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
  }
}
