package dev.phaseline.worker;

import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;

import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.schemas.RightsCheck;
import dev.phaseline.worker.WorkerConfig.Protocol;
import dev.phaseline.worker.client.ClientSettings;
import dev.phaseline.worker.client.ClientTrial;
import dev.phaseline.worker.client.LaneIds;
import dev.phaseline.worker.client.PlugInGuards;
import dev.phaseline.worker.kafka.LaneFailures;
import dev.phaseline.worker.topic.TopicFacts;
import dev.phaseline.worker.topic.TopicLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Start conditions of a lane, checked at the brokers; all problems are reported at once, each with
/// its remedy.
final class StartGate {
  private static final short TRANSACTION_VERSION_MIN = 2;
  private static final int METADATA_CHARS_MIN = 4_000;

  private final WorkerConfig config;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Integer> messageBytesMax = new HashMap<>();
  private final Map<String, Long> keptMs = new HashMap<>();

  StartGate(WorkerConfig config) {
    this.config = config;
  }

  /// @return how large the topics' records may be
  /// @throws WorkerException naming every problem
  TopicLimits check(List<Placement> placements) {
    problems.addAll(ClientTrial.problems(config, placements));
    if (!problems.isEmpty()) throw new WorkerException(problems, null);
    var properties = KafkaSettings.ofAdmin(config.kafka());
    PlugInGuards.guard(properties);
    var waitMs = (int) Math.max(1_000, config.timing().start().toMillis());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, waitMs);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.min(5_000, waitMs));
    try (var admin = open(properties)) {
      features(admin);
      rights(admin, placements);
      brokerSettings(admin);
      var pipelines = new LinkedHashMap<String, Pipeline>();
      for (var placement : placements) {
        pipelines.put(placement.pipeline().name(), placement.pipeline());
      }
      for (var pipeline : pipelines.values()) topics(admin, pipeline);
      if (config.timers()) timersTopic(admin);
      for (var placement : placements) messageSizes(placement);
    } catch (KafkaException refused) {
      throw new WorkerException("the broker refuses: " + said(refused), refused);
    }
    if (!problems.isEmpty()) throw new WorkerException(problems, null);
    return limits();
  }

  private TopicLimits limits() {
    return new TopicLimits(messageBytesMax, keptMs, ClientSettings.requestBytesMax(config));
  }

  private static Admin open(Map<String, Object> properties) {
    try {
      return Admin.create(properties);
    } catch (KafkaException unusable) {
      throw new WorkerException("can't use the Kafka client settings: " + said(unusable), unusable);
    }
  }

  /// Message of the innermost cause: the outer ones only say that something did not work.
  private static String said(Throwable failure) {
    var innermost = failure;
    while (innermost.getCause() != null) innermost = innermost.getCause();
    return String.valueOf(innermost.getMessage());
  }

  private void features(Admin admin) {
    var finalized = answer(admin.describeFeatures().featureMetadata()).finalizedFeatures();
    var version = finalized.get("transaction.version");
    var level = version == null ? 0 : version.maxVersionLevel();
    if (level < TRANSACTION_VERSION_MIN) {
      problems.add(
          "the broker's feature transaction.version is "
              + level
              + ", 2 is needed (before it, transactions could be torn); upgrade with"
              + " kafka-features upgrade --feature transaction.version=2");
    }
    var group = finalized.get("group.version");
    if (config.tuning().protocol() == Protocol.CONSUMER
        && (group == null || group.maxVersionLevel() < 1)) {
      problems.add(
          "the broker's feature group.version is off, the consumer protocol needs 1; upgrade it,"
              + " or use the classic protocol");
    }
  }

  /// Everything that is asked later would be refused one by one, so what is missing ends the start.
  private void rights(Admin admin, List<Placement> placements) {
    var names = config.topics();
    var check = new RightsCheck();
    for (var placement : placements) {
      var pipeline = placement.pipeline();
      for (var phase : pipeline.phaseNames()) {
        check.topic(names.phase(pipeline.name(), phase), WRITE, DESCRIBE_CONFIGS);
      }
      check.topic(names.done(pipeline.name()), WRITE, DESCRIBE_CONFIGS);
      check.topic(names.dead(pipeline.name()), WRITE, DESCRIBE_CONFIGS);
      var topic = names.phase(pipeline.name(), placement.phase());
      check.topic(topic, READ);
      check.group(names.group(pipeline.name(), placement.phase()));
      var lane = LaneIds.lane(topic, config.server(), 0);
      check.transactionalId(LaneIds.producer(lane, 0));
    }
    if (config.timers()) check.topic(names.timers(), WRITE, DESCRIBE_CONFIGS);
    check.topic(names.control(), READ).topic(names.workers(), WRITE);
    var missing = check.missing(admin, config.kafka(), config.timing().start());
    if (missing.isEmpty()) return;
    problems.addAll(missing);
    problems.add("grant these rights (docs/security.md has the whole list) and start again");
    throw new WorkerException(problems, null);
  }

  private void brokerSettings(Admin admin) {
    var node = answer(admin.describeCluster().nodes()).iterator().next();
    var broker = new ConfigResource(ConfigResource.Type.BROKER, node.idString());
    try {
      var settings = answer(admin.describeConfigs(List.of(broker)).all()).get(broker);
      if (settings == null) return;
      metadataLimit(settings);
      transactionLimit(settings);
      assignor(settings);
    } catch (KafkaException notAllowed) {
      // reading broker settings is an administrator's right; the defaults are enough, and a lane
      // ends with the reason when they are not
    }
  }

  private void metadataLimit(Config broker) {
    var limit = broker.get("offset.metadata.max.bytes");
    if (limit == null || Integer.parseInt(limit.value()) >= METADATA_CHARS_MIN) return;
    problems.add(
        "the broker's offset.metadata.max.bytes is "
            + limit.value()
            + ", at least "
            + METADATA_CHARS_MIN
            + " are needed; raise it");
  }

  private void transactionLimit(Config broker) {
    var limit = broker.get("transaction.max.timeout.ms");
    if (limit == null) return;
    if (Long.parseLong(limit.value()) >= ClientSettings.TRANSACTION.toMillis()) return;
    problems.add(LaneFailures.transactionTooLong(limit.value() + " ms"));
  }

  /// Assignors of the broker's own have short names; a class there may have any name.
  private void assignor(Config broker) {
    var wanted =
        KafkaSettings.ofConsumer(config.kafka()).get(ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG);
    var there = broker.get("group.consumer.assignors");
    if (wanted == null || there == null || config.tuning().protocol() != Protocol.CONSUMER) return;
    var names = List.of(there.value().strip().split("\\s*,\\s*"));
    if (names.contains(wanted.toString()) || names.stream().anyMatch(name -> name.contains("."))) {
      return;
    }
    problems.add(LaneFailures.noSuchAssignor(wanted, String.join(", ", names)));
  }

  private void topics(Admin admin, Pipeline pipeline) {
    var wanted = new TreeSet<String>();
    for (var phase : pipeline.phases()) {
      wanted.add(config.topics().phase(pipeline.name(), phase.name()));
    }
    wanted.add(config.topics().done(pipeline.name()));
    wanted.add(config.topics().dead(pipeline.name()));
    var missing = missing(admin, wanted);
    if (!missing.isEmpty()) {
      problems.add(
          "pipeline '"
              + pipeline.name()
              + "' has no topic "
              + String.join(", ", missing)
              + "; create "
              + (missing.size() == 1 ? "it" : "them")
              + " with `phaseline topics create`");
    }
    wanted.removeAll(missing);
    var resources = wanted.stream().map(StartGate::resource).toList();
    answer(admin.describeConfigs(resources).all())
        .forEach(
            (topic, found) -> {
              messageBytesMax.put(topic.name(), TopicFacts.messageBytesMax(found));
              keptMs.put(topic.name(), TopicFacts.keptMs(found));
              var unsafe = TopicFacts.forgets(topic.name(), found);
              if (!unsafe.isEmpty()) problems.add(unsafe);
            });
  }

  private void timersTopic(Admin admin) {
    var topic = config.topics().timers();
    if (missing(admin, Set.of(topic)).isEmpty()) {
      answer(admin.describeConfigs(List.of(resource(topic))).all())
          .forEach(
              (found, settings) ->
                  messageBytesMax.put(topic, TopicFacts.messageBytesMax(settings)));
      return;
    }
    problems.add(
        "there is no topic "
            + topic
            + ", but the worker is configured with a timer service; create it with `phaseline"
            + " topics"
            + " create`, or start the worker without timers");
  }

  private Set<String> missing(Admin admin, Set<String> wanted) {
    var missing = new TreeSet<String>();
    admin
        .describeTopics(wanted)
        .topicNameValues()
        .forEach(
            (topic, description) -> {
              try {
                answer(description);
              } catch (UnknownTopicOrPartitionException notThere) {
                missing.add(topic);
              }
            });
    return missing;
  }

  /// A dead letter is the record as it came and more: its topic must take what the phase's takes.
  private void messageSizes(Placement placement) {
    var name = placement.pipeline().name();
    var in = config.topics().phase(name, placement.phase());
    var dead = config.topics().dead(name);
    var inMax = messageBytesMax.get(in);
    var deadMax = messageBytesMax.get(dead);
    if (inMax == null || deadMax == null) return; // missing, and already said
    var payloadMax = placement.options().limits().payloadBytesMax();
    if (deadMax < inMax) {
      problems.add(
          "topic "
              + dead
              + " takes records of "
              + deadMax
              + " bytes, but "
              + in
              + " of "
              + inMax
              + ": a large dead letter would not fit; raise max.message.bytes");
    }
    if (payloadMax > inMax) {
      problems.add(
          "phase '"
              + placement.phase()
              + "' allows payloads of "
              + payloadMax
              + " bytes, but topic "
              + in
              + " takes only "
              + inMax
              + "; raise max.message.bytes or lower the limit");
    }
    var room = Math.min(deadMax, ClientSettings.requestBytesMax(config));
    if (payloadMax + TopicLimits.DEAD_ROOM_BYTES > room) {
      problems.add(
          "phase '"
              + placement.phase()
              + "' allows payloads of "
              + payloadMax
              + " bytes, which with the history of a dead letter do not fit into topic "
              + dead
              + ": it takes "
              + room
              + ", at least "
              + (payloadMax + TopicLimits.DEAD_ROOM_BYTES)
              + " are needed; raise max.message.bytes (and max.request.size) or lower the limit");
    }
  }

  private static ConfigResource resource(String topic) {
    return new ConfigResource(ConfigResource.Type.TOPIC, topic);
  }

  private <T> T answer(KafkaFuture<T> future) {
    Duration wait = config.timing().start();
    try {
      return future.get(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerException("interrupted while starting", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw unreachable(e);
      }
      if (e.getCause() instanceof KafkaException refused) throw refused;
      throw new WorkerException("the broker's answer can't be read: " + e.getCause(), e);
    }
  }

  private WorkerException unreachable(Exception e) {
    return new WorkerException(
        "no broker answers at "
            + config.kafka().get("bootstrap.servers")
            + " within "
            + config.timing().start().toSeconds()
            + " s; is it running, and is the address right?",
        e);
  }
}
