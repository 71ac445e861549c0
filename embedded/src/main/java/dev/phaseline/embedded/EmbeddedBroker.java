package dev.phaseline.embedded;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A Kafka broker in this process: one KRaft node that is broker and controller at once.
///
/// ```java
/// try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder))) {
///   var admin = Admin.create(broker.clientConfig());
/// }
/// ```
///
/// The first start formats the data folder; later ones go on with what is in it, also after a
/// SIGKILL and also on another port. When a start returns, clients are served. Records reach the
/// operating system, not the platter, before they are acknowledged: a killed process loses nothing,
/// a power cut may.
///
/// A fatal fault (a full disk, say) ends the broker, never the process; [#failure] tells. Kafka
/// logs through slf4j: give the loggers `kafka`, `org.apache.kafka` and `state.change.logger` the
/// level that you want to see.
///
/// Thread-safe.
public final class EmbeddedBroker implements AutoCloseable {

  /// Configuration of a broker. If it exists, its values are in range; whether the folder and the
  /// port can be had is found out by [EmbeddedBroker#start].
  ///
  /// @param dataDir made when missing; must be empty or an embedded broker's
  /// @param port for clients; 0: a free one, chosen anew by each start
  /// @param host to listen on and to advertise
  /// @param properties Kafka's broker properties, over the defaults for a small node
  /// @param freeBytesMin a disk with less free space is refused
  public record Config(
      Path dataDir, int port, String host, Map<String, String> properties, long freeBytesMin) {

    /// The default: room for a few segments and indexes.
    public static final long FREE_BYTES_MIN = 64L << 20;

    public Config {
      if (port < 0 || port > 65_535) {
        throw new IllegalArgumentException("port is not in 0..65535: " + port);
      }
      if (host.isBlank()) throw new IllegalArgumentException("host is blank");
      if (freeBytesMin < 0) {
        throw new IllegalArgumentException("freeBytesMin < 0: " + freeBytesMin);
      }
      properties = Map.copyOf(properties);
    }

    /// A broker on a free loopback port.
    public static Config in(Path dataDir) {
      return new Config(dataDir, 0, "127.0.0.1", Map.of(), FREE_BYTES_MIN);
    }

    /// This on another port.
    public Config withPort(int another) {
      return new Config(dataDir, another, host, properties, freeBytesMin);
    }

    /// This on another host address.
    public Config withHost(String another) {
      return new Config(dataDir, port, another, properties, freeBytesMin);
    }

    /// This with other broker properties, in place of those it has.
    public Config withProperties(Map<String, String> others) {
      return new Config(dataDir, port, host, others, freeBytesMin);
    }

    /// This with another least space on disk.
    public Config withFreeBytesMin(long bytes) {
      return new Config(dataDir, port, host, properties, bytes);
    }
  }

  /// Resources of one run, released when it is stopped.
  private record Run(DataFolder folder, BrokerNode node) {
    void stop() {
      node.stop();
      folder.close();
    }
  }

  private final Config config;
  private final String bootstrapServers;
  private @Nullable Run run;
  private @Nullable Throwable failure;

  private EmbeddedBroker(Config config, String bootstrapServers, Run run) {
    this.config = config;
    this.bootstrapServers = bootstrapServers;
    this.run = run;
  }

  /// Starts a broker and waits until it serves clients.
  ///
  /// @throws BrokerStartException saying in one line what is wrong and what to do
  public static EmbeddedBroker start(Config config) {
    try (var ports = bind(config)) {
      var run = run(config, ports);
      LastPort.remember(config.dataDir(), ports.port());
      return new EmbeddedBroker(config.withPort(ports.port()), ports.bootstrapServers(), run);
    }
  }

  /// `host:port` for clients.
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /// Client properties for this broker.
  public Map<String, Object> clientConfig() {
    return Map.of("bootstrap.servers", bootstrapServers);
  }

  /// The port that was asked for or found; the same after [#restart].
  public int port() {
    return config.port();
  }

  /// Whether clients are served.
  public synchronized boolean isRunning() {
    return run != null && run.node().fault().isEmpty();
  }

  /// The fatal fault that ended the last run, if one did.
  public synchronized Optional<Throwable> failure() {
    return run == null ? Optional.ofNullable(failure) : run.node().fault();
  }

  /// Stops serving and lets go of port and folder, so that this or another broker can start on
  /// them. Waits for it. Idempotent.
  public synchronized void stop() {
    if (run == null) return;
    failure = run.node().fault().orElse(null);
    run.stop();
    run = null;
  }

  /// Stops if need be, and starts again on the same port and data.
  ///
  /// @throws BrokerStartException saying in one line what is wrong and what to do; the broker is
  ///   then stopped, and this can be called again
  public synchronized void restart() {
    stop();
    try (var ports = BrokerPorts.bind(config.host(), config.port())) {
      run = run(config, ports);
      failure = null;
    }
  }

  /// The same as [#stop].
  @Override
  public void close() {
    stop();
  }

  /// A free port is the one of the last run, if it is still free: see [LastPort].
  private static BrokerPorts bind(Config config) {
    if (config.port() != 0) return BrokerPorts.bind(config.host(), config.port());
    try {
      return BrokerPorts.bind(config.host(), LastPort.of(config.dataDir()));
    } catch (BrokerStartException taken) {
      if (taken.reason() != BrokerStartException.Reason.PORT_TAKEN) throw taken;
      return BrokerPorts.bind(config.host(), 0);
    }
  }

  private static Run run(Config config, BrokerPorts ports) {
    var folder = DataFolder.open(config.dataDir(), config.freeBytesMin());
    try {
      var kafka = BrokerSettings.kafkaConfig(folder.path(), ports, config.properties());
      return new Run(folder, BrokerNode.start(kafka, folder, ports));
    } catch (BrokerStartException failed) {
      folder.close();
      throw failed;
    }
  }
}
