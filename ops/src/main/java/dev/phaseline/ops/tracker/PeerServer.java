package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.http.BodyTooLargeException;
import dev.phaseline.http.HttpCall;
import dev.phaseline.http.HttpEndpoint;
import dev.phaseline.http.HttpLimits;
import dev.phaseline.http.HttpReply;
import dev.phaseline.http.HttpServer;
import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.tracker.TrackerConfig.Listen;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers other trackers of the namespace with what this process knows. Thread-safe.
final class PeerServer implements HttpEndpoint, AutoCloseable {
  static final String PATH = "/tracker/v1";
  static final int OK = 200;
  static final int BAD_QUESTION = 400;
  static final int RESTORING = 503;
  static final int UNAVAILABLE = 500;
  private static final int FORBIDDEN = 403;
  private static final int NOT_HERE = 404;
  private static final String TYPE = "application/octet-stream";
  private static final Logger LOG = LoggerFactory.getLogger(PeerServer.class);
  private static final int QUESTION_BYTES_MAX = 64 * 1024;

  private final HttpServer server;
  private final AtomicReference<@Nullable Function<Set<Integer>, TrackerShare>> shares =
      new AtomicReference<>();

  private PeerServer(HttpServer server) {
    this.server = server;
  }

  /// Listens, and says "restoring" until [#serve].
  static PeerServer open(Listen listen) {
    try {
      var address = new InetSocketAddress(listen.host(), listen.port());
      var server = new PeerServer(HttpServer.bind(address, HttpLimits.usual()));
      server.server.serve(server);
      return server;
    } catch (IOException | RuntimeException taken) {
      throw new TrackerException(
          "can't listen on %s:%d (%s); name an address of this machine and a free port, or 0"
              .formatted(listen.host(), listen.port(), taken.getMessage()),
          taken);
    }
  }

  int port() {
    return server.address().getPort();
  }

  /// @param with what is known of some partitions
  void serve(Function<Set<Integer>, TrackerShare> with) {
    shares.set(with);
  }

  @Override
  public void answer(HttpCall http) throws IOException {
    if (!http.path().equals(PATH)) {
      reply(http, NOT_HERE, "nothing is here".getBytes(UTF_8));
      return;
    }
    if (!http.method().equals("POST") || !http.header("Origin").isEmpty()) {
      // A browser names an origin with each POST, and no page has anything to ask here.
      reply(http, FORBIDDEN, "other trackers ask here, by POST".getBytes(UTF_8));
      return;
    }
    byte[] body;
    try {
      body = http.body(QUESTION_BYTES_MAX);
    } catch (BodyTooLargeException large) {
      reply(http, BAD_QUESTION, "the question is too long".getBytes(UTF_8));
      return;
    }
    var local = shares.get();
    if (local == null) reply(http, RESTORING, progress(new TrackerState.Restoring(0, 0)));
    else answer(http, local, body);
  }

  @Override
  public HttpReply refusal(int status) {
    return new HttpReply(
        status, Map.of("Content-Type", TYPE), ("status " + status).getBytes(UTF_8));
  }

  private static void answer(HttpCall http, Function<Set<Integer>, TrackerShare> local, byte[] body)
      throws IOException {
    byte[] answer;
    try {
      answer = answer(local, new CompactFormat.In(body));
    } catch (RestoringException wait) {
      reply(http, RESTORING, progress(wait.state()));
      return;
    } catch (UnavailableException down) {
      reply(http, UNAVAILABLE, String.valueOf(down.getMessage()).getBytes(UTF_8));
      return;
    } catch (IllegalArgumentException
        | IllegalStateException
        | ArithmeticException
        | IndexOutOfBoundsException unreadable) {
      LOG.warn("a question of another tracker can't be read: {}", unreadable.toString());
      reply(http, BAD_QUESTION, "the question can't be read".getBytes(UTF_8));
      return;
    }
    reply(http, OK, answer);
  }

  private static byte[] answer(Function<Set<Integer>, TrackerShare> shares, CompactFormat.In in) {
    if (in.number() != PeerWire.VERSION) {
      throw new IllegalArgumentException("another version; run the same one everywhere");
    }
    var partitions = new TreeSet<Integer>();
    for (var left = in.small(); left > 0; left--) partitions.add(in.small());
    var local = shares.apply(partitions);
    var out = new CompactFormat.Out();
    switch (in.text()) {
      case "jobs" -> PeerWire.write(out, local.jobs(in.text()));
      case "search" ->
          PeerWire.write(
              out,
              local.search(
                  PeerWire.query(in),
                  PeerWire.listed(in),
                  Math.clamp(in.number(), 1, StatusSource.LIMIT_MAX)));
      case "item" -> {
        var item = local.item(PeerWire.listedSurely(in), in.text());
        PeerWire.writeItems(out, item == null ? List.of() : List.of(item));
      }
      case "items" ->
          PeerWire.writeItems(
              out,
              local.items(
                  PeerWire.listedSurely(in),
                  in.text(),
                  Math.clamp(in.number(), 1, StatusSource.LIMIT_MAX + 1)));
      case "phases" -> PeerWire.writePhases(out, local.phases());
      default -> throw new IllegalArgumentException("a question that is not known");
    }
    return out.take();
  }

  private static byte[] progress(TrackerState.Restoring state) {
    return new CompactFormat.Out().number(state.restored()).number(state.total()).take();
  }

  private static void reply(HttpCall http, int status, byte[] body) throws IOException {
    http.set("Content-Type", TYPE);
    http.send(status, body);
  }

  @Override
  public void close() {
    server.close();
  }
}
