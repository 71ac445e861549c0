package dev.phaseline.schemas;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/// The Kafka client settings of a user: one map for all clients, in which the prefixes `consumer.`,
/// `producer.` and `admin.` give one kind of client a setting of its own, as in Kafka Streams.
///
/// Kafka ignores a name that no client knows and reports it in a log line at most. A slip in
/// `security.protocol` then means plain text on the wire, so slips are looked for here, before the
/// first connection. Pure; thread-safe.
public final class KafkaSettings {
  private static final List<String> OWN_KINDS = List.of("consumer.", "producer.", "admin.");
  private static final List<String> STREAMS_KINDS =
      List.of("main.consumer.", "restore.consumer.", "global.consumer.");
  private static final List<String> SECURITY = List.of("security", "ssl", "sasl");
  private static final Set<String> KNOWN = known();
  private static final List<String> GROUPS =
      List.of(
          ConsumerConfig.GROUP_ID_CONFIG,
          ConsumerConfig.GROUP_PROTOCOL_CONFIG,
          ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG,
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG,
          ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG);
  private static final int SHORT_NAME = 8;

  private KafkaSettings() {}

  private static Set<String> known() {
    var known = new HashSet<String>();
    known.addAll(ConsumerConfig.configNames());
    known.addAll(ProducerConfig.configNames());
    known.addAll(AdminClientConfig.configNames());
    return Set.copyOf(known);
  }

  /// The settings of a consumer: what is meant for all clients, and over it what has the prefix
  /// `consumer.`.
  public static Map<String, Object> ofConsumer(Map<String, ?> settings) {
    return of("consumer.", settings);
  }

  /// The settings of a consumer that reads for itself, in no group: those of a consumer without
  /// what groups alone understand, which Kafka refuses under the other protocol.
  public static Map<String, Object> ofReader(Map<String, ?> settings) {
    var out = ofConsumer(settings);
    for (var group : GROUPS) out.remove(group);
    return out;
  }

  /// The settings of a producer: what is meant for all clients, and over it what has the prefix
  /// `producer.`.
  public static Map<String, Object> ofProducer(Map<String, ?> settings) {
    return of("producer.", settings);
  }

  /// The settings of an admin client: what is meant for all clients, and over it what has the
  /// prefix `admin.`.
  public static Map<String, Object> ofAdmin(Map<String, ?> settings) {
    return of("admin.", settings);
  }

  private static Map<String, Object> of(String kind, Map<String, ?> settings) {
    var all = new HashMap<String, Object>();
    var own = new HashMap<String, Object>();
    settings.forEach(
        (name, value) -> {
          if (name.startsWith(kind)) own.put(name.substring(kind.length()), value);
          else if (OWN_KINDS.stream().noneMatch(name::startsWith)) all.put(name, value);
        });
    all.putAll(own);
    return all;
  }

  /// The names that look like slips, each as a line with the remedy; empty when there are none.
  ///
  /// A name is a slip when it is nearly one that Kafka's clients know, or when it begins as the
  /// security settings do and no plug-in is configured that could read it. Other unknown names are
  /// left alone: interceptors, serializers and metrics reporters read their own settings from the
  /// same map. Values are never part of a line.
  public static List<String> slips(Map<String, ?> settings) {
    var plugIns = settings.keySet().stream().anyMatch(KafkaSettings::namesPlugIn);
    var slips = new ArrayList<String>();
    for (var name : new TreeSet<>(settings.keySet())) {
      var bare = withoutKind(name);
      if (KNOWN.contains(bare)) continue;
      var meant = nearest(bare);
      if (meant.isPresent()) {
        var prefix = name.substring(0, name.length() - bare.length());
        slips.add(
            "no Kafka client has a setting '%s'; did you mean %s%s?"
                .formatted(printable(name), prefix, meant.get()));
      } else if (isSecurity(bare) && !plugIns) {
        slips.add(
            "no Kafka client has a setting '%s', and a slip in a security setting may switch it off;"
                    .formatted(printable(name))
                + " correct or remove it");
      }
    }
    return slips;
  }

  private static String withoutKind(String name) {
    for (var kind : STREAMS_KINDS) {
      if (name.startsWith(kind)) return name.substring(kind.length());
    }
    for (var kind : OWN_KINDS) {
      if (name.startsWith(kind)) return name.substring(kind.length());
    }
    return name;
  }

  private static boolean isSecurity(String name) {
    var folded = folded(name);
    return SECURITY.stream().anyMatch(folded::startsWith);
  }

  /// Whether the setting brings code of the user's, which may read settings of its own.
  private static boolean namesPlugIn(String name) {
    var bare = withoutKind(name);
    return KNOWN.contains(bare)
        && !bare.endsWith("serializer")
        && (bare.endsWith(".class")
            || bare.endsWith(".classes")
            || bare.endsWith(".reporters")
            || bare.endsWith(".providers"));
  }

  private static Optional<String> nearest(String name) {
    var folded = folded(name);
    var bound = folded.length() < SHORT_NAME ? 1 : 2;
    String best = null;
    var least = bound + 1;
    for (var known : new TreeSet<>(KNOWN)) {
      var distance = EditDistance.between(folded, folded(known), least);
      if (distance >= least) continue;
      least = distance;
      best = known;
    }
    return Optional.ofNullable(best);
  }

  /// Letters and digits alone: `security-protocol`, `securityProtocol` and `SECURITY_PROTOCOL` are
  /// the same slip.
  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
  }

  private static String printable(String name) {
    return name.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
