package dev.phaseline.embedded;

import static dev.phaseline.embedded.BrokerStartException.Reason.BAD_SETTING;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.config.ConfigException;

/// Kafka's settings for one small, fast node.
final class BrokerSettings {
  /// Settings that follow from the folder and the ports, and so can't be overridden.
  private static final Set<String> OURS =
      Set.of(
          "process.roles",
          "node.id",
          "broker.id",
          "listeners",
          "log.dir",
          "log.dirs",
          "metadata.log.dir",
          "controller.listener.names",
          "controller.quorum.voters",
          "controller.quorum.bootstrap.servers");

  private BrokerSettings() {}

  /// Checks and completes the caller's properties.
  ///
  /// @throws BrokerStartException naming the property and what is wrong with it
  static KafkaConfig kafkaConfig(Path folder, BrokerPorts ports, Map<String, String> extra) {
    var known = KafkaConfig.configDef().names();
    for (var name : new TreeMap<>(extra).keySet()) {
      if (OURS.contains(name)) {
        throw new BrokerStartException(
            BAD_SETTING,
            "broker property '"
                + name
                + "' follows from the data folder, host and port and can't"
                + " be set; leave it out");
      }
      var meant = Spelling.nearest(name, known);
      if (meant.isPresent()) {
        throw new BrokerStartException(
            BAD_SETTING,
            "broker property '"
                + name
                + "' is unknown to Kafka; did you mean '"
                + meant.get()
                + "'?");
      }
    }
    var all = new Properties();
    all.putAll(defaults());
    all.putAll(extra);
    all.putAll(ofNode(folder, ports));
    try {
      return new KafkaConfig(all, false); // false: its hundred lines of settings aren't logged
    } catch (ConfigException | IllegalArgumentException invalid) {
      throw new BrokerStartException(
          BAD_SETTING,
          "broker properties are not valid: " + invalid.getMessage() + "; correct or drop them",
          invalid);
    }
  }

  private static Map<String, String> ofNode(Path folder, BrokerPorts ports) {
    return Map.of(
        "process.roles",
        "broker,controller",
        "node.id",
        Integer.toString(DataFolder.NODE_ID),
        "log.dirs",
        folder.toString(),
        "listeners",
        ports.clientsUri() + "," + ports.controllerUri(),
        "controller.listener.names",
        BrokerPorts.CONTROLLER,
        "controller.quorum.voters",
        DataFolder.NODE_ID + "@" + ports.controllerUri().substring("CONTROLLER://".length()));
  }

  private static Map<String, String> defaults() {
    var p = new TreeMap<String, String>();
    p.put("inter.broker.listener.name", BrokerPorts.CLIENTS);
    p.put(
        "listener.security.protocol.map",
        BrokerPorts.CLIENTS + ":PLAINTEXT," + BrokerPorts.CONTROLLER + ":PLAINTEXT");
    // One node, so one copy; few internal partitions, because each costs files and start time.
    p.put("default.replication.factor", "1");
    p.put("offsets.topic.replication.factor", "1");
    p.put("offsets.topic.num.partitions", "8");
    p.put("transaction.state.log.replication.factor", "1");
    p.put("transaction.state.log.min.isr", "1");
    p.put("transaction.state.log.num.partitions", "8");
    p.put("share.coordinator.state.topic.replication.factor", "1");
    p.put("share.coordinator.state.topic.min.isr", "1");
    p.put("share.coordinator.state.topic.num.partitions", "1");
    // Consumers of a queue join when they claim: at once here, not after Kafka's 1 s and 5 s. Its
    // locks may be short, for those who try what happens at their end.
    p.put("group.share.assignment.interval.ms", "0");
    p.put("group.share.min.assignment.interval.ms", "0");
    p.put("group.share.heartbeat.interval.ms", "1000");
    p.put("group.share.min.heartbeat.interval.ms", "200");
    p.put("group.share.min.record.lock.duration.ms", "1000");
    p.put("auto.create.topics.enable", "false");
    // A hanging transaction hides everyone's later records, so it must end soon.
    p.put("transaction.max.timeout.ms", "60000");
    p.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    // A killed worker's partitions are wanted within seconds here, not after Kafka's 45 s.
    p.put("group.initial.rebalance.delay.ms", "0");
    p.put("group.consumer.session.timeout.ms", "10000");
    p.put("group.consumer.min.session.timeout.ms", "1000");
    // What one member gives up, another takes at its next heartbeat: 0.4 s here, not 1.1 s.
    p.put("group.consumer.assignment.interval.ms", "0");
    p.put("group.consumer.heartbeat.interval.ms", "300");
    p.put("group.consumer.min.heartbeat.interval.ms", "200");
    p.put("group.min.session.timeout.ms", "1000");
    // Small buffers and few threads: it shares the machine with everything else.
    p.put("log.cleaner.dedupe.buffer.size", "4194304");
    p.put("log.cleaner.io.buffer.size", "65536");
    p.put("log.index.size.max.bytes", "1048576");
    p.put("num.network.threads", "2");
    p.put("num.io.threads", "4");
    p.put("background.threads", "2");
    p.put("num.recovery.threads.per.data.dir", "2");
    // After a kill, the controller lets the broker register anew only when its old session has run
    // out: Kafka's 9 s would be most of the time of a restart. (A clean stop ends the session.)
    p.put("broker.session.timeout.ms", "3000");
    p.put("broker.heartbeat.interval.ms", "500");
    return p;
  }
}
