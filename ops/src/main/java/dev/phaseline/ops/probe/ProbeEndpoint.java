package dev.phaseline.ops.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.http.HttpCall;
import dev.phaseline.http.HttpEndpoint;
import dev.phaseline.http.HttpReply;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;

/// Endpoint for `/metrics`, `/health` and `/ready`. Thread-safe.
final class ProbeEndpoint implements HttpEndpoint {
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
  public void answer(HttpCall http) throws IOException {
    if (!room.tryAcquire()) {
      http.set("Retry-After", "1");
      send(http, error(503, "too many requests at once; ask again in a second"));
      return;
    }
    try {
      send(http, reply(http));
    } finally {
      room.release();
    }
  }

  @Override
  public HttpReply refusal(int status) {
    var answer =
        error(status, status == 500 ? "an error of the server itself" : "malformed request");
    return new HttpReply(status, headers(answer), answer.body().getBytes(UTF_8));
  }

  private Answer reply(HttpCall http) {
    var method = http.method();
    if (!method.equals("GET") && !method.equals("HEAD")) {
      http.set("Allow", "GET, HEAD");
      return error(405, "only GET and HEAD are answered here");
    }
    return switch (http.path()) {
      case "/metrics" -> metrics(http.header("Accept"));
      case "/health" -> looked(true);
      case "/ready" -> looked(false);
      default -> error(404, "there is nothing here; ask for /metrics, /health or /ready");
    };
  }

  private Answer metrics(String accept) {
    var scrape = meters.scrape(accept);
    return new Answer(200, scrape.contentType(), scrape.body());
  }

  private Answer looked(boolean aliveOnly) {
    var json = JSON.createObjectNode();
    var reasons = JSON.createArrayNode();
    var hints = JSON.createArrayNode();
    for (var probe : probes) {
      if (aliveOnly && probe.scope() != Probe.Scope.ALIVE) continue;
      var where = probe.scope() == Probe.Scope.HINT ? hints : reasons;
      probe
          .trouble()
          .get()
          .ifPresent(why -> where.addObject().put("what", probe.name()).put("why", why));
    }
    var good = aliveOnly ? "alive" : "ready";
    json.put("status", reasons.isEmpty() ? good : "not " + good);
    if (!reasons.isEmpty()) json.set("reasons", reasons);
    if (!hints.isEmpty()) json.set("hints", hints);
    return json(reasons.isEmpty() ? 200 : 503, json);
  }

  private static Answer error(int status, String message) {
    return json(status, JSON.createObjectNode().put("error", message));
  }

  private static Answer json(int status, ObjectNode body) {
    return new Answer(status, JSON_TYPE, body.toString() + '\n');
  }

  private static void send(HttpCall http, Answer answer) throws IOException {
    headers(answer).forEach(http::set);
    http.send(answer.status(), answer.body().getBytes(UTF_8));
  }

  private static Map<String, String> headers(Answer answer) {
    return Map.of(
        "Content-Type",
        answer.type(),
        "Cache-Control",
        "no-store",
        "X-Content-Type-Options",
        "nosniff");
  }
}
