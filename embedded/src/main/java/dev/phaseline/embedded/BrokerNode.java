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
import kafka.server.KafkaRequestHandler;
import kafka.server.Server;
import kafka.server.SharedServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.bootstrap.BootstrapDirectory;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.server.fault.LoggingFaultHandler;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.collection.mutable.ArrayBuffer;

/// One run of a combined broker and controller: Kafka's own parts, put together so that a fatal
/// fault ends the broker and not the process around it.
final class BrokerNode {
  private static final Logger LOG = LoggerFactory.getLogger(BrokerNode.class);
  private static final Duration SHUTDOWN_MAX = Duration.ofSeconds(20);

  private final SharedServer shared;
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
    this.shared =
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
      LastRun.awaitEnd(node.shared.loader());
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
    swallow("broker", this::endTransactions);
    swallow("broker", () -> broker.shutdown(SHUTDOWN_MAX));
    swallow("controller", controller::shutdown);
    broker.awaitShutdown();
    controller.awaitShutdown();
    KafkaExits.release(this);
  }

  /// Lets nothing be committed any more, before the broker gives its partitions up.
  ///
  /// Kafka gives them up first and goes on serving for a moment. A transaction that is committed in
  /// it finds partitions without a leader, which Kafka 4.3.1 takes for deleted ones: it writes them
  /// no marker, and that the transaction is complete (KAFKA-20734). Its records, and everybody's
  /// behind them, then stay hidden for ever. So requests end here, and then the threads that would
  /// write markers; what is half committed is read from the log by the next run, which completes
  /// it.
  private void endTransactions() {
    // null: parts that a start which failed did not come to
    var sockets = broker.socketServer();
    if (sockets != null) sockets.stopProcessingRequests();
    var handlers = broker.dataPlaneRequestHandlerPool();
    if (handlers != null) endEach(handlers.runnables());
    var transactions = broker.transactionCoordinator();
    if (transactions != null) transactions.shutdown();
  }

  /// Waits for what is being handled. Not by a shutdown of the pool: a second one, the broker's
  /// own, would take its threads twice from a count that it shares with the controller's.
  private static void endEach(ArrayBuffer<KafkaRequestHandler> handlers) {
    for (var i = 0; i < handlers.size(); i++) handlers.apply(i).initiateShutdown();
    for (var i = 0; i < handlers.size(); i++) handlers.apply(i).awaitShutdown();
  }

  private static void swallow(String part, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | AssertionError failed) {
      LOG.warn("the {} did not stop cleanly", part, failed);
    }
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
