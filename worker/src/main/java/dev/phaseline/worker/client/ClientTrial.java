package dev.phaseline.worker.client;

import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.WorkerConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;

/// A trial construction of every kind of Kafka client that a worker needs, before anything starts.
///
/// Kafka finds most faults of its settings in the constructors of its clients. A lane makes its
/// clients on a thread of its own, again and again when that fails, so a setting that can never
/// work must be found here. Nothing connects to a broker for long: the clients are closed at once.
/// Stateless.
public final class ClientTrial {
  private static final String INSTANCE_ID = "group.instance.id";
  private static final int VALUE_CHARS_MIN = 3;
  private static final List<String> SECRET = List.of("password", "jaas", "secret", "token", ".key");

  private ClientTrial() {}

  private interface Making {
    void run();
  }

  /// Problems, a line for each setting with its remedy; empty when all settings work.
  public static List<String> problems(WorkerConfig config, List<Placement> placements) {
    var problems = new ArrayList<>(KafkaSettings.slips(config.kafka()));
    instanceId(config, placements, problems);
    if (!problems.isEmpty()) return problems; // what follows from a slip would only confuse
    var refusals = new LinkedHashSet<String>();
    trial(config, refusals, () -> laneProducer(config));
    trial(config, refusals, () -> producer(ClientSettings.heartbeats(config)));
    trial(config, refusals, () -> consumer(ClientSettings.consumer(config, "trial", "trial", 1)));
    trial(config, refusals, () -> consumer(ClientSettings.control(config, "control")));
    for (var refusal : refusals) problems.add("can't use the Kafka client settings: " + refusal);
    return problems;
  }

  /// All lanes of a phase are members of one group, which takes an instance id once.
  private static void instanceId(
      WorkerConfig config, List<Placement> placements, List<String> problems) {
    var consumers = KafkaSettings.ofConsumer(config.kafka());
    if (!consumers.containsKey(INSTANCE_ID)) return;
    for (var placement : placements) {
      if (placement.lanes() < 2) continue;
      problems.add(
          "%s is set, but phase '%s' has %d lanes in one group, which takes an instance id once;"
                  .formatted(INSTANCE_ID, placement.phase(), placement.lanes())
              + " remove the setting, or give the phase one lane");
    }
  }

  private static void trial(WorkerConfig config, Set<String> refusals, Making making) {
    try {
      making.run();
    } catch (KafkaException | LinkageError refused) {
      var words = withoutSecrets(config.kafka(), words(refused));
      refusals.add(words + settingMeant(config.kafka(), words));
    }
  }

  private static void laneProducer(WorkerConfig config) {
    linger(config);
    producer(ClientSettings.producer(config, "trial"));
  }

  private static void producer(Map<String, Object> settings) {
    new KafkaProducer<byte[], byte[]>(settings).close(Duration.ZERO);
  }

  private static void consumer(Map<String, Object> settings) {
    new KafkaConsumer<byte[], byte[]>(settings).close(CloseOptions.timeout(Duration.ZERO));
  }

  /// Kafka names `delivery.timeout.ms` when this does not fit, which is ours and can't be changed.
  private static void linger(WorkerConfig config) {
    var set = new ProducerConfig(ClientSettings.producer(config, "trial"));
    var linger = set.getLong(ProducerConfig.LINGER_MS_CONFIG);
    var most =
        set.getInt(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG)
            - set.getInt(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
    if (linger <= most) return;
    throw new ConfigException(
        "%s is %d, at most %d fit into the time of a delivery; lower or remove it"
            .formatted(ProducerConfig.LINGER_MS_CONFIG, linger, most));
  }

  /// Message of Kafka's deepest exception, and of its cause: the outer ones only say that a client
  /// could not be made, an inner one of the JDK's often only names a file.
  public static String words(Throwable refused) {
    var said = refused;
    for (var cause = refused.getCause(); cause != null; cause = cause.getCause()) {
      if (cause instanceof KafkaException) said = cause;
    }
    var innermost = said;
    while (innermost.getCause() != null) innermost = innermost.getCause();
    var words = String.valueOf(said.getMessage());
    if (!said.equals(innermost)) {
      words += " (" + innermost.getClass().getSimpleName() + ": " + innermost.getMessage() + ")";
    }
    return words.replaceAll("\\s*\\R\\s*", " ");
  }

  /// The name of the setting whose value Kafka repeats, where its words leave out the name.
  private static String settingMeant(Map<String, Object> settings, String words) {
    if (settings.keySet().stream().anyMatch(words::contains)) return "";
    return settings.entrySet().stream()
        .filter(setting -> setting.getValue().toString().length() >= VALUE_CHARS_MIN)
        .filter(setting -> words.contains(setting.getValue().toString()))
        .max(Comparator.comparingInt(setting -> setting.getValue().toString().length()))
        .map(setting -> " (setting " + setting.getKey() + ")")
        .orElse("");
  }

  /// Kafka repeats the value that it refuses; a password must not get into a log that way.
  private static String withoutSecrets(Map<String, Object> settings, String words) {
    var clean = words;
    for (var setting : settings.entrySet()) {
      var name = setting.getKey().toLowerCase(Locale.ROOT);
      var value = String.valueOf(setting.getValue());
      if (value.length() < VALUE_CHARS_MIN || SECRET.stream().noneMatch(name::contains)) continue;
      clean = clean.replace(value, "[hidden]");
    }
    return clean;
  }
}
