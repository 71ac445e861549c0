package dev.phaseline.cli.serve;

import dev.phaseline.cli.text.CommandFailure;
import dev.phaseline.embedded.BrokerStartException;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.embedded.registry.EmbeddedRegistry;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// The broker and the registry of a demo, in this process. Thread-safe.
public final class Backbone implements AutoCloseable {
  private final EmbeddedBroker broker;
  private final EmbeddedRegistry registry;

  private Backbone(EmbeddedBroker broker, EmbeddedRegistry registry) {
    this.broker = broker;
    this.registry = registry;
  }

  /// Starts both, on loopback.
  ///
  /// @param port the broker's; 0 for a free one
  /// @param registryPort the registry's; 0 for a free one
  /// @throws CommandFailure naming the port or the folder that can't be had
  public static Backbone start(Path folder, int port, int registryPort) {
    var broker = broker(folder, port);
    try {
      return new Backbone(broker, registry(broker, registryPort));
    } catch (RuntimeException failed) {
      broker.close();
      throw failed;
    }
  }

  private static EmbeddedBroker broker(Path folder, int port) {
    try {
      return EmbeddedBroker.start(EmbeddedBroker.Config.in(folder).withPort(port));
    } catch (BrokerStartException failed) {
      var option =
          switch (failed.reason()) {
            case PORT_TAKEN -> " (--port)";
            case FOLDER_UNWRITABLE, FOLDER_LOCKED, FOLDER_FOREIGN, DISK_FULL -> " (--data DIR)";
            case FOLDER_DAMAGED -> " (--fresh does that)";
            default -> "";
          };
      throw CommandFailure.of("the broker can't start: " + failed.getMessage() + option, failed);
    }
  }

  private static EmbeddedRegistry registry(EmbeddedBroker broker, int port) {
    try {
      return EmbeddedRegistry.start(broker.clientConfig(), port);
    } catch (UncheckedIOException taken) {
      throw CommandFailure.of(taken.getMessage() + " (--registry-port)", taken);
    } catch (IllegalStateException unusable) {
      throw CommandFailure.of(
          "the schema registry can't start: " + unusable.getMessage(), unusable);
    }
  }

  /// Client properties for the broker.
  public Map<String, Object> clients() {
    return broker.clientConfig();
  }

  /// `host:port` of the broker.
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /// The address on which the registry listens.
  public URI registryUrl() {
    return registry.url();
  }

  /// Failure that ended the broker, if it has ended.
  public Optional<Throwable> failure() {
    return broker.failure();
  }

  /// Stops both and waits for it.
  @Override
  public void close() {
    registry.close();
    broker.close();
  }
}
