package dev.phaseline.ops.console;

import dev.phaseline.http.HttpLimits;
import dev.phaseline.http.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// The console, running: an HTTP API and the page on it. A request and its body must each have come
/// within 30 s, and at most 500 connections are open. Thread-safe.
public final class Console implements AutoCloseable {
  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private final ConsoleConfig config;
  private final HttpServer server;
  private final EventStreams feed = new EventStreams();
  private final Operations operations;
  private final OverviewPublisher pulse;
  private final List<Route> routes = new ArrayList<>();
  private final AtomicBoolean closed = new AtomicBoolean();

  private Console(
      ConsoleConfig config, ConsoleParts parts, PhaseHistory history, InstantSource clock) {
    this.config = config;
    this.operations = new Operations(clock);
    var shapes = new PipelineShapes(parts.phases());
    this.pulse = new OverviewPublisher(parts, shapes, feed, history, clock);
    this.server = bind(config.address());
    try {
      var guard = new AccessGuard(config, server.address().getPort(), clock);
      var letters = new LetterRoutes(parts.letters(), shapes, parts.audit(), operations, clock);
      routes.addAll(new SessionRoutes(guard, config.title(), version()).routes());
      routes.addAll(new SystemRoutes(guard).routes());
      routes.addAll(letters.routes());
      routes.addAll(letters.operationRoutes());
      routes.addAll(new StatusRoutes(parts.status(), pulse, clock).routes());
      routes.addAll(
          new CommandRoutes(parts.commands(), parts.audit(), shapes, parts.status()).routes());
      routes.addAll(new PlacementRoutes(parts.commands(), shapes, pulse).routes());
      routes.addAll(
          new EntryRoutes(parts.jobs(), shapes, parts.status(), parts.audit(), clock).routes());
      routes.addAll(new ScheduleRoutes(parts.schedules(), parts.audit(), clock).routes());
      routes.addAll(new QueueRoutes(parts.queues(), parts.letters()).routes());
      routes.addAll(new TransactionRoutes(parts.transactions(), parts.audit(), clock).routes());
      server.serve(new ConsoleEndpoint(guard, routes, PageFiles.load(), feed, config.prefix()));
      pulse.start();
    } catch (RuntimeException failed) {
      server.close();
      throw failed;
    }
  }

  private static HttpServer bind(InetSocketAddress address) {
    try {
      return HttpServer.bind(address, HttpLimits.usual());
    } catch (IOException taken) {
      throw new ConsoleException(
          "the console can't listen on "
              + address.getHostString()
              + ':'
              + address.getPort()
              + ": "
              + taken.getMessage()
              + "; choose another port with --console-port, or 0 for any",
          taken);
    }
  }

  /// Starts it.
  ///
  /// @throws ConsoleException when the address can't be had, or the token file can't be used
  public static Console start(ConsoleConfig config, ConsoleParts parts) {
    return start(config, parts, new PhaseHistory(), InstantSource.system());
  }

  /// With what was before, by a clock.
  static Console start(
      ConsoleConfig config, ConsoleParts parts, PhaseHistory history, InstantSource clock) {
    return new Console(config, parts, history, clock);
  }

  private static String version() {
    var version = Console.class.getPackage().getImplementationVersion();
    return version == null ? "" : version;
  }

  /// The address for a browser.
  public URI url() {
    return config.url(port());
  }

  /// The port that is listened on.
  int port() {
    return server.address().getPort();
  }

  /// Everything that it answers, for a test that compares it with what is written down.
  List<Route> routes() {
    return List.copyOf(routes);
  }

  /// Stops: takes back what redrives have queued, lets the pages go. A second call does nothing.
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    operations.close();
    pulse.close();
    feed.close();
    try {
      feed.awaitEmpty(GOODBYE);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
    server.close();
  }

  /// Routes without a class of their own.
  private static final class SystemRoutes {
    private static final String OPENAPI = "openapi.json";
    private final AccessGuard guard;

    SystemRoutes(AccessGuard guard) {
      this.guard = guard;
    }

    List<Route> routes() {
      return List.of(
          Route.get("/health", Role.VIEWER, _ -> Reply.json(new SessionJson.Health("up"))).forAll(),
          Route.get("/api/v1/" + OPENAPI, Role.VIEWER, _ -> openApi()).forAll(),
          Route.get(
              "/api/v1/events",
              Role.VIEWER,
              call -> new Reply.Events(guard.admission(call.http()))));
    }

    private static Reply openApi() {
      try (var in = Console.class.getResourceAsStream(OPENAPI)) {
        if (in == null) throw new IllegalStateException("there is no " + OPENAPI);
        return new Reply.Content(in.readAllBytes(), "application/json");
      } catch (IOException broken) {
        throw new IllegalStateException("can't read " + OPENAPI, broken);
      }
    }
  }
}
