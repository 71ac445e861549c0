package dev.phaseline.http;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// A server for HTTP/1.1 over TCP: Jetty, with limits for each server rather than for the process,
/// and a virtual thread for each request. It knows nothing of paths, roles or JSON.
///
/// Paths reach the endpoint as they came. Nothing decodes, normalizes or resolves them on the way,
/// because an id in a path may hold any character.
///
/// Thread-safe. Closing is idempotent, cuts off requests that are under way and waits for nothing.
public final class HttpServer implements AutoCloseable {
  private static final int THREADS_MAX = 8;
  private static final int BACKLOG = 128;

  private final HttpLimits limits;
  private final Server server;
  private final ServerConnector connector;
  private final ExecutorService threads;
  private InetSocketAddress address;

  private HttpServer(InetSocketAddress at, HttpLimits limits) {
    this.limits = limits;
    address = at;
    threads = Executors.newVirtualThreadPerTaskExecutor();
    var own = new QueuedThreadPool(THREADS_MAX, 1);
    own.setName("http-" + at.getPort());
    own.setDaemon(true);
    own.setVirtualThreadsExecutor(threads);
    server = new Server(own);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration(limits)));
    connector.setHost(at.getAddress().getHostAddress());
    connector.setPort(at.getPort());
    connector.setAcceptQueueSize(BACKLOG);
    connector.setIdleTimeout(limits.request().toMillis());
    connector.addBean(new NetworkConnectionLimit(limits.connections(), connector));
    server.addConnector(connector);
  }

  private static HttpConfiguration configuration(HttpLimits limits) {
    var http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(limits.headBytes());
    http.setUriCompliance(UriCompliance.UNSAFE);
    return http;
  }

  /// Takes an address; requests wait there until [#serve].
  ///
  /// @param at resolved; port 0 for any that is free
  /// @throws BindException when another program listens there
  /// @throws IOException when the address can't be had
  public static HttpServer bind(InetSocketAddress at, HttpLimits limits) throws IOException {
    if (at.isUnresolved()) throw new IOException("unknown host '" + at.getHostString() + "'");
    var server = new HttpServer(at, limits);
    try {
      server.connector.open();
      server.address = new InetSocketAddress(at.getAddress(), server.connector.getLocalPort());
      return server;
    } catch (IOException failed) {
      server.close();
      throw reason(failed);
    }
  }

  /// Begins to answer; once.
  ///
  /// @throws IllegalStateException when the server can't start, such as for want of threads
  public void serve(HttpEndpoint endpoint) {
    var deadlines = new Deadlines(connector.getScheduler(), limits);
    connector.addBean(deadlines);
    var handler = new EndpointHandler(endpoint, limits, deadlines);
    server.setHandler(handler);
    server.setErrorHandler(handler::refuse);
    try {
      server.start();
    } catch (Exception failed) {
      close();
      throw new IllegalStateException("the HTTP server can't start: " + failed, failed);
    }
  }

  private static IOException reason(IOException failed) {
    for (Throwable each = failed; each != null; each = each.getCause()) {
      if (each instanceof BindException bind) return bind;
    }
    return failed;
  }

  /// The address that it listens on, with the port that was found.
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception unclean) {
      // Its sockets are closed in any case, and there is nothing that a caller could do.
      connector.close();
    } finally {
      threads.shutdownNow();
    }
  }
}
