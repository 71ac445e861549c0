package dev.phaseline.ops.probe;

import dev.phaseline.http.HttpLimits;
import dev.phaseline.http.HttpServer;
import dev.phaseline.http.ListenAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.List;

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
  /// A scraper, an orchestrator and an operator or two ask.
  private static final HttpLimits LIMITS = HttpLimits.usual().withConnections(64);

  private final HttpServer server;
  private final ListenAddress address;

  private ProbeServer(HttpServer server, ListenAddress address) {
    this.server = server;
    this.address = address;
  }

  /// Listens.
  ///
  /// @param probes what can be wrong; each is asked anew for every request
  /// @throws ProbeServerException when the address can't be had
  public static ProbeServer start(ListenAddress at, ProcessMeters meters, List<Probe> probes) {
    var server = listening(at);
    server.serve(new ProbeEndpoint(meters, List.copyOf(probes)));
    return new ProbeServer(server, new ListenAddress(at.host(), server.address().getPort()));
  }

  private static HttpServer listening(ListenAddress at) {
    var address = new InetSocketAddress(at.host(), at.port());
    if (address.isUnresolved()) {
      throw new ProbeServerException(
          "host '" + at.host() + "' is unknown; use an address of this machine, such as 127.0.0.1",
          new IOException("unresolved"));
    }
    try {
      return HttpServer.bind(address, LIMITS);
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

  /// The address on which it listens, with the real port where any was asked for.
  public ListenAddress address() {
    return address;
  }

  @Override
  public void close() {
    server.close();
  }
}
