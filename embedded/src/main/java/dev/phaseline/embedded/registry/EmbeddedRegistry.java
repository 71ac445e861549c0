package dev.phaseline.embedded.registry;

import dev.phaseline.http.HostNames;
import dev.phaseline.http.HttpLimits;
import dev.phaseline.http.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/// A schema registry in this process: Confluent's REST API for Avro, on loopback, kept in a
/// compacted topic in Confluent's own format, or in memory. For development, demos and tests.
///
/// Compatibility is enforced, `BACKWARD` unless a rule says otherwise. Ids are dense from 1 and
/// stay what they are over restarts. An answer to a registration is given only once the topic has
/// it. One registry owns a topic: a second one that starts on it takes it over, and the first
/// answers 500 from its next write on, rather than hand out ids twice.
///
/// Not there: authentication, TLS, schema references, other formats than Avro, permanent deletion.
/// Thread-safe.
public final class EmbeddedRegistry implements AutoCloseable {
  /// The topic where nothing else is said.
  public static final String TOPIC = "_schemas";

  private final Registry registry;
  private final HttpServer server;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedRegistry(RegistryStore store, int port) {
    try {
      registry = new Registry(store);
    } catch (RuntimeException failed) {
      store.close();
      throw failed;
    }
    try {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      server = HttpServer.bind(address, HttpLimits.usual());
    } catch (IOException taken) {
      store.close();
      throw new UncheckedIOException(
          "the schema registry can't listen on port " + port + "; choose another, or 0 for any",
          taken);
    }
    var routes = new RegistryRoutes(registry);
    server.serve(new RegistryEndpoint(routes, HostNames.loopback(server.address().getPort())));
  }

  /// Starts a registry on the topic [#TOPIC] of the given brokers; the topic is created when it is
  /// not there.
  ///
  /// @param kafkaClientProps `bootstrap.servers`, and what else the clients need to connect
  /// @param port on loopback; 0 for any that is free
  /// @throws IllegalStateException when the brokers can't be reached or the topic is not fit
  /// @throws UncheckedIOException when the port is taken
  public static EmbeddedRegistry start(Map<String, Object> kafkaClientProps, int port) {
    return start(kafkaClientProps, TOPIC, port);
  }

  /// The same on a topic of another name.
  public static EmbeddedRegistry start(
      Map<String, Object> kafkaClientProps, String topic, int port) {
    return start(new TopicStore(kafkaClientProps, topic), port);
  }

  /// Starts a registry that forgets everything when it is closed.
  ///
  /// @param port on loopback; 0 for any that is free
  /// @throws UncheckedIOException when the port is taken
  public static EmbeddedRegistry inMemory(int port) {
    return start(new MemoryStore(), port);
  }

  static EmbeddedRegistry start(RegistryStore store, int port) {
    try {
      return new EmbeddedRegistry(store, port);
    } catch (StoreException unusable) {
      throw new IllegalStateException(unusable.getMessage(), unusable);
    }
  }

  /// The address on which it listens: the value of `schema.registry.url`.
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.address().getPort());
  }

  /// Stops answering. A second call does nothing.
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) return;
    server.close();
    registry.close();
  }
}
