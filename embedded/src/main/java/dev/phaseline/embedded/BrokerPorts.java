package dev.phaseline.embedded;

import static dev.phaseline.embedded.BrokerStartException.Reason.BAD_SETTING;
import static dev.phaseline.embedded.BrokerStartException.Reason.PORT_TAKEN;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.server.ServerSocketFactory;

/// The broker's listening sockets, bound before Kafka starts.
///
/// A free port that is looked up, closed and bound again later can be lost to somebody else in
/// between; a socket that stays bound can't. It also tells a taken port from every other failure
/// before anything else has happened.
///
/// Not thread-safe until Kafka asks for the sockets; then each is handed over once, and Kafka
/// closes it.
final class BrokerPorts implements ServerSocketFactory, AutoCloseable {
  static final String CLIENTS = "CLIENTS";
  static final String CONTROLLER = "CONTROLLER";

  private static final int BACKLOG = 200;

  private final String host;
  private final Map<String, ServerSocketChannel> unclaimed = new HashMap<>();
  private final int port;
  private final int controllerPort;

  private BrokerPorts(String host, int wantedPort) {
    this.host = host;
    var address = resolve(host);
    try {
      this.port = bind(CLIENTS, new InetSocketAddress(address, wantedPort));
      // No client ever connects here, so it is bound to loopback whatever the host is.
      this.controllerPort =
          bind(CONTROLLER, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (BrokerStartException failed) {
      close();
      throw failed;
    }
  }

  /// Binds both sockets.
  ///
  /// @param wantedPort for clients; 0: any that is free
  /// @throws BrokerStartException naming the host or port that can't be had
  static BrokerPorts bind(String host, int wantedPort) {
    return new BrokerPorts(host, wantedPort);
  }

  int port() {
    return port;
  }

  InetSocketAddress controller() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), controllerPort);
  }

  String clientsUri() {
    return CLIENTS + "://" + bracketed(host) + ":" + port;
  }

  String controllerUri() {
    var loopback = InetAddress.getLoopbackAddress().getHostAddress();
    return CONTROLLER + "://" + bracketed(loopback) + ":" + controllerPort;
  }

  String bootstrapServers() {
    return bracketed(host) + ":" + port;
  }

  @Override
  public synchronized ServerSocketChannel openServerSocket(
      String listener, InetSocketAddress address, int backlog, int receiveBuffer)
      throws IOException {
    var socket = unclaimed.remove(listener);
    if (socket == null) throw new IOException("listener " + listener + " is opened twice");
    socket.configureBlocking(false);
    return socket;
  }

  /// Closes what Kafka has not taken over.
  @Override
  public synchronized void close() {
    for (var socket : unclaimed.values()) {
      try {
        socket.close();
      } catch (IOException alreadyGone) {
        // a listening socket has nothing to lose
      }
    }
    unclaimed.clear();
  }

  private int bind(String listener, InetSocketAddress address) {
    try {
      var socket = ServerSocketChannel.open();
      unclaimed.put(listener, socket);
      socket.bind(address, BACKLOG);
      return ((InetSocketAddress) socket.getLocalAddress()).getPort();
    } catch (IOException refused) {
      var where = address.getHostString() + ":" + address.getPort();
      var text = String.valueOf(refused.getMessage());
      if (text.contains("Address already in use")) {
        throw new BrokerStartException(
            PORT_TAKEN,
            "port "
                + where
                + " is taken by another program; choose another port, or 0 for a free one",
            refused);
      }
      throw new BrokerStartException(
          BAD_SETTING,
          "can't listen on "
              + where
              + ": "
              + text
              + "; use an address of this machine, such as 127.0.0.1, and a port above 1023",
          refused);
    }
  }

  private static InetAddress resolve(String host) {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException unknown) {
      throw new BrokerStartException(
          BAD_SETTING,
          "host '" + host + "' is unknown; use an address of this machine, such as 127.0.0.1",
          unknown);
    }
  }

  private static String bracketed(String host) {
    return host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host;
  }
}
