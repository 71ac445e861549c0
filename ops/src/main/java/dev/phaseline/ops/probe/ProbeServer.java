package dev.phaseline.ops.probe;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Answers `/metrics`, `/health` and `/ready` over HTTP.
///
/// | path | answer |
/// |---|---|
/// | `/metrics` | all meters, as Prometheus' text or OpenMetrics |
/// | `/health` | 200 while the process is of use, 503 with the reasons when another should be started |
/// | `/ready` | 200 while it does its work, 503 with the reasons while something holds it up |
///
/// It only reads, knows no payloads, and asks nobody who they are: let it listen on loopback, or
/// where only those can reach it who may know how much work there is.
///
/// Thread-safe. Closing is idempotent and does not wait for requests.
public final class ProbeServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads;
  private final ListenAddress address;

  private ProbeServer(HttpServer server, ExecutorService threads, ListenAddress address) {
    this.server = server;
    this.threads = threads;
    this.address = address;
  }

  /// Listens.
  ///
  /// @param probes what can be wrong; each is asked anew for every request
  /// @throws ProbeServerException when the address can't be had
  public static ProbeServer start(ListenAddress at, ProcessMeters meters, List<Probe> probes) {
    var server = listening(at);
    // A request costs no thread of its own, and one that stops half-way holds up nobody.
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", new ProbeEndpoint(meters, List.copyOf(probes)));
    server.start();
    var bound = new ListenAddress(at.host(), server.getAddress().getPort());
    return new ProbeServer(server, threads, bound);
  }

  private static HttpServer listening(ListenAddress at) {
    var address = new InetSocketAddress(at.host(), at.port());
    if (address.isUnresolved()) {
      throw new ProbeServerException(
          "host '" + at.host() + "' is unknown; use an address of this machine, such as 127.0.0.1",
          new IOException("unresolved"));
    }
    try {
      return HttpServer.create(address, 0);
    } catch (BindException refused) {
      if (String.valueOf(refused.getMessage()).contains("in use")) {
        throw new ProbeServerException(
            at + " is taken by another program; choose another port, or 0 for a free one", refused);
      }
      throw unusable(at, refused);
    } catch (IOException refused) {
      throw unusable(at, refused);
    }
  }

  private static ProbeServerException unusable(ListenAddress at, IOException refused) {
    return new ProbeServerException(
        "can't listen on "
            + at
            + ": "
            + refused.getMessage()
            + "; use an address of this machine, such as 127.0.0.1, and a port above 1023",
        refused);
  }

  /// Where it listens, with the port that was found when it was asked for any.
  public ListenAddress address() {
    return address;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
