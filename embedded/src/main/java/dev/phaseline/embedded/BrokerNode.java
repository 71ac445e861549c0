package dev.phaseline.embedded;

import static dev.phaseline.embedded.BrokerStartException.Reason.DISK_FULL;
import static dev.phaseline.embedded.BrokerStartException.Reason.FAILED;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import kafka.server.BrokerServer;
import kafka.server.ControllerServer;
import kafka.server.FaultHandlerFactory;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapDirectory;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One run of a combined broker and controller: Kafka's own parts, put together so that a fatal
/// fault ends the broker and not the process around it.
final class BrokerNode {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerNode.class);
  private static final Duration SHUTDOWN_MAX = Duration.ofSeconds(20);

  private final BrokerServer broker;
  private final ControllerServer controller;
  private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
  private boolean stopped;

  private BrokerNode(KafkaConfig config, DataFolder folder, BrokerPorts ports) throws Exception {
    var identity =
        new MetaPropertiesEnsemble.Loader()
            .addMetadataLogDir(config.metadataLogDir())
            .addLogDirs(config.logDirs())
            .load();
    var bootstrap = new BootstrapDirectory(folder.path().toString()).read();
    var metrics =
        Server.initializeMetrics(config, Time.SYSTEM, identity.clusterId().orElse("unknown"));
    var shared =
        new SharedServer(
            config,
            identity,
            Time.SYSTEM,
            metrics,
            CompletableFuture.completedFuture(Map.of(DataFolder.NODE_ID, ports.controller())),
            List.of(),
            faults(),
            ports);
    this.broker = new BrokerServer(shared);
    this.controller = new ControllerServer(shared, KafkaRaftServer.configSchema(), bootstrap);
  }

  /// Starts and waits until clients are served.
  ///
  /// @throws BrokerStartException with Kafka's own words; nothing is left running
  static BrokerNode start(KafkaConfig config, DataFolder folder, BrokerPorts ports) {
    BrokerNode node = null;
    try {
      node = new BrokerNode(config, folder, ports);
      KafkaExits.guard(node);
      node.controller.startup();
      node.broker.startup();
      return node;
    } catch (Exception | LinkageError | AssertionError failed) {
      if (node != null) node.stop();
      var cause = node == null ? failed : node.fault().orElse(failed);
      if (DataFolder.isDiskFull(cause)) {
        throw new BrokerStartException(
            DISK_FULL,
            "the disk of data folder "
                + folder.path()
                + " is full; free some space, or choose"
                + " another folder",
            cause);
      }
      throw new BrokerStartException(
          FAILED,
          "Kafka did not start on data folder "
              + folder.path()
              + ": "
              + cause.getMessage()
              + "; if its data is worth nothing, delete the folder to start empty",
          cause);
    }
  }

  /// The first fatal fault, if there was one; the broker then no longer serves.
  Optional<Throwable> fault() {
    return Optional.ofNullable(fault.get());
  }

  /// Ends the run and waits for it. Idempotent.
  synchronized void stop() {
    if (stopped) return;
    stopped = true;
    try {
      broker.shutdown(SHUTDOWN_MAX);
    } catch (RuntimeException | AssertionError failed) {
      LOG.warn("the broker did not stop cleanly", failed);
    }
    try {
      controller.shutdown();
    } catch (RuntimeException | AssertionError failed) {
      LOG.warn("the controller did not stop cleanly", failed);
    }
    broker.awaitShutdown();
    controller.awaitShutdown();
    KafkaExits.release(this);
  }

  /// Takes note of a fatal fault and stops on a thread that is none of Kafka's.
  void failed(String what, @Nullable Throwable cause) {
    if (!fault.compareAndSet(null, new IllegalStateException(what, cause))) return;
    LOG.error("the embedded broker fails: {}", what, cause);
    Thread.ofPlatform().name("phaseline-broker-fault").daemon().start(this::stop);
  }

  private FaultHandlerFactory faults() {
    return (name, fatal, action) -> {
      if (!fatal) return new LoggingFaultHandler(name, action);
      return (message, cause) -> {
        action.run();
        failed(name + ": " + message, cause);
        return new IllegalStateException(message, cause);
      };
    };
  }
}
