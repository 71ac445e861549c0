package dev.phaseline.topics;

import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.TopicReport.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;

/// Makes and checks the topics of a pipeline: one for each phase, `done`, `dead` and
/// `dead-actions`; and those of the scheduler, the tracker and the operators, which all pipelines
/// of a namespace share.
///
/// Idempotent, and safe to run from several places at once. A topic that is there is never changed:
/// what differs is reported. Thread-safe, as far as the [Admin] is.
public final class TopicSetup {
  private static final String DEAD = ".dead";
  private static final String DEAD_ACTIONS = ".dead-actions";

  private final Admin admin;
  private final NewTopics topics;
  private final TopicNames names;
  private final TopicSettings settings;
  private final WantedTopics wanted;
  private final boolean adopting;

  /// Makes one for a namespace.
  ///
  /// @param admin stays the caller's to close
  public TopicSetup(Admin admin, TopicNames names, TopicSettings settings) {
    this(admin, names, settings, false);
  }

  private TopicSetup(Admin admin, TopicNames names, TopicSettings settings, boolean adopting) {
    this.admin = admin;
    topics = new NewTopics(admin);
    this.names = names;
    this.settings = settings;
    wanted = new WantedTopics(names, settings);
    this.adopting = adopting;
  }

  /// Creates what is missing and checks what is there. When it returns, every created topic can be
  /// written and read.
  ///
  /// @throws ClusterException when the cluster does not answer
  /// @throws IllegalArgumentException when a name is not valid
  public TopicReport ensure(String pipeline, List<String> phases) {
    return ensure(wanted.ofPipeline(pipeline, phases));
  }

  /// Creates the topics of timers and schedules if they are missing, and checks them if they are
  /// there.
  ///
  /// @throws ClusterException when the cluster does not answer
  public TopicReport ensureTimers() {
    return ensure(wanted.forTimers());
  }

  /// Creates the topics through which operators and workers talk, if they are missing, and checks
  /// them if they are there.
  ///
  /// @throws ClusterException when the cluster does not answer
  public TopicReport ensureControl() {
    return ensure(wanted.forControl());
  }

  /// A setup that takes the numbers of partitions that are there: no number is a problem, and a
  /// topic that is missing gets that of its neighbours. The number of the settings is for a
  /// namespace without any.
  public TopicSetup adopting() {
    return new TopicSetup(admin, names, settings, true);
  }

  private TopicReport ensure(Map<String, NewTopic> wanted) {
    var found = topics.describe(wanted.keySet());
    var problems = new ArrayList<Problem>();
    var missing = wanted.values().stream().filter(t -> !found.containsKey(t.name())).toList();
    if (adopting && !missing.isEmpty()) missing = likeNeighbours(missing, found);
    var outcome = topics.create(missing);
    var created = outcome.created();
    outcome.refused().forEach((topic, why) -> problems.add(notCreated(topic, why)));
    var present = new ArrayList<>(wanted.keySet());
    present.removeAll(created);
    problems.forEach(problem -> present.remove(problem.topic()));
    problems.addAll(check(wanted, present));
    return new TopicReport(created, present, problems);
  }

  /// Topics whose number of partitions is free get that of those that are there.
  private List<NewTopic> likeNeighbours(
      List<NewTopic> missing, Map<String, TopicDescription> found) {
    var neighbours = new HashMap<>(found);
    neighbours.keySet().removeIf(topic -> isOfOnePartition(topic));
    if (neighbours.isEmpty()) {
      neighbours.putAll(topics.describe(Set.of(names.jobs(), names.timers())));
    }
    var most = neighbours.values().stream().mapToInt(topic -> topic.partitions().size()).max();
    if (most.isEmpty()) return missing;
    var ofTimers = wanted.forTimers().keySet();
    var like = new ArrayList<NewTopic>();
    for (var topic : missing) {
      var partitions =
          ofTimers.contains(topic.name())
              ? Math.min(WantedTopics.TIMER_PARTITIONS_MAX, most.getAsInt())
              : most.getAsInt();
      like.add(
          isOfOnePartition(topic.name())
              ? topic
              : new NewTopic(topic.name(), partitions, settings.replicationFactor())
                  .configs(topic.configs()));
    }
    return like;
  }

  /// Whether there must be an order over all of a topic.
  private boolean isOfOnePartition(String topic) {
    return Set.of(names.control(), names.audit(), names.workers(), names.console(), names.outbox())
            .contains(topic)
        || (topic.startsWith(names.namespace() + '.') && topic.endsWith(DEAD_ACTIONS));
  }

  /// Checks what is there and creates nothing; a missing topic is a problem.
  ///
  /// @throws ClusterException when the cluster does not answer
  /// @throws IllegalArgumentException when a name is not valid
  public TopicReport verify(String pipeline, List<String> phases) {
    return verify(wanted.ofPipeline(pipeline, phases));
  }

  /// Checks the topics of timers and schedules and creates nothing; a missing topic is a problem.
  ///
  /// @throws ClusterException when the cluster does not answer
  public TopicReport verifyTimers() {
    return verify(wanted.forTimers());
  }

  /// Checks the topics through which operators and workers talk and creates nothing; a missing one
  /// is a problem.
  ///
  /// @throws ClusterException when the cluster does not answer
  public TopicReport verifyControl() {
    return verify(wanted.forControl());
  }

  /// Creates the topic of the ends of jobs if it is missing, and checks it if it is there.
  ///
  /// @throws ClusterException when the cluster does not answer
  public TopicReport ensureJobs() {
    return ensure(wanted.forJobs());
  }

  /// Checks the topic of the ends of jobs and creates nothing; a missing topic is a problem.
  ///
  /// @throws ClusterException when the cluster does not answer
  public TopicReport verifyJobs() {
    return verify(wanted.forJobs());
  }

  /// Creates the topic of what was done in consoles if it is missing, and checks it if it is there.
  ///
  /// @throws ClusterException when the cluster does not answer
  public TopicReport ensureConsole() {
    return ensure(wanted.forConsole());
  }

  /// Checks the topic of what was done in consoles and creates nothing; a missing topic is a
  /// problem.
  ///
  /// @throws ClusterException when the cluster does not answer
  public TopicReport verifyConsole() {
    return verify(wanted.forConsole());
  }

  /// Creates the topic of the positions of outboxes' relays if it is missing, and checks it if it
  /// is there.
  ///
  /// @throws ClusterException when the cluster does not answer
  public TopicReport ensureOutboxes() {
    return ensure(wanted.forOutboxes());
  }

  /// Checks the topic of the positions of outboxes' relays and creates nothing; a missing topic is
  /// a problem.
  ///
  /// @throws ClusterException when the cluster does not answer
  public TopicReport verifyOutboxes() {
    return verify(wanted.forOutboxes());
  }

  private TopicReport verify(Map<String, NewTopic> wanted) {
    var present = List.copyOf(topics.describe(wanted.keySet()).keySet());
    var problems = new ArrayList<Problem>();
    for (var topic : wanted.keySet()) {
      if (!present.contains(topic)) {
        problems.add(
            new Problem(
                topic, "topic " + topic + " is missing; create it with `phaseline topics create`"));
      }
    }
    problems.addAll(check(wanted, present));
    return new TopicReport(List.of(), present, problems);
  }

  private static Problem notCreated(String topic, ExecutionException refused) {
    return new Problem(
        topic,
        "topic "
            + topic
            + " could not be created: "
            + String.valueOf(refused.getCause() == null ? refused : refused.getCause().getMessage())
            + "; correct the topic settings");
  }

  private List<Problem> check(Map<String, NewTopic> wanted, List<String> present) {
    var described = topics.describe(present);
    var configs = configs(present);
    var problems = new ArrayList<Problem>();
    for (var topic : present) {
      var is = described.get(topic);
      var want = wanted.get(topic);
      if (is == null || want == null) continue; // deleted this moment
      var wrong = new ArrayList<String>();
      checkPartitions(is, want.numPartitions(), wrong);
      checkCopies(is, wrong);
      checkConfig(configs.getOrDefault(topic, Map.of()), want.configs(), wrong);
      if (wrong.isEmpty()) continue;
      problems.add(new Problem(topic, "topic " + topic + " " + String.join("; ", wrong)));
    }
    return problems;
  }

  /// Phases have an equal number because it was asked for; a topic of letters may have any.
  private void checkPartitions(TopicDescription is, int partitionsWanted, List<String> wrong) {
    var partitions = is.partitions().size();
    var isFree = !isOfOnePartition(is.name()) && (adopting || is.name().endsWith(DEAD));
    if (partitions != partitionsWanted && !isFree) {
      wrong.add(
          "has %d partitions, %d are wanted (partitions can be added, which moves keys, but not"
                  .formatted(partitions, partitionsWanted)
              + " removed: give the existing number, or delete the empty topic)");
    }
  }

  private void checkCopies(TopicDescription is, List<String> wrong) {
    var copies = is.partitions().stream().mapToInt(p -> p.replicas().size()).min().orElse(0);
    if (copies != settings.replicationFactor()) {
      wrong.add(
          "has %d copies, %d are wanted (change it with kafka-reassign-partitions)"
              .formatted(copies, (int) settings.replicationFactor()));
    }
  }

  private static void checkConfig(
      Map<String, String> is, Map<String, String> want, List<String> wrong) {
    checkPolicy(is.getOrDefault("cleanup.policy", ""), want.get("cleanup.policy"), wrong);
    atLeast("min.insync.replicas", is, want, wrong);
    atLeast("max.message.bytes", is, want, wrong);
    atLeast("retention.ms", is, want, wrong);
  }

  private static void checkPolicy(String is, @Nullable String want, List<String> wrong) {
    if (Set.of(is.split(",")).equals(Set.of(String.valueOf(want).split(",")))) return;
    wrong.add(
        "has cleanup.policy=%s, %s is wanted: %s (change it with kafka-configs)"
            .formatted(
                is,
                want,
                "delete".equals(want)
                    ? "compaction would lose jobs of one key"
                    : "otherwise the latest records may be lost, or old ones never removed"));
  }

  private static void atLeast(
      String name, Map<String, String> is, Map<String, String> want, List<String> wrong) {
    var has = Long.parseLong(is.getOrDefault(name, "0"));
    var least = Long.parseLong(want.getOrDefault(name, "0"));
    var hasEnough =
        has == WantedTopics.RETAIN_FOR_EVER
            || (least != WantedTopics.RETAIN_FOR_EVER && has >= least);
    if (hasEnough) return;
    wrong.add(
        "has %s=%d, at least %s is wanted (change it with kafka-configs)"
            .formatted(name, has, least == WantedTopics.RETAIN_FOR_EVER ? "-1 (for ever)" : least));
  }

  private Map<String, Map<String, String>> configs(List<String> topics) {
    var resources =
        topics.stream().map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic)).toList();
    var found = new HashMap<String, Map<String, String>>();
    AdminAnswers.sure("describe the settings of " + topics, admin.describeConfigs(resources).all())
        .forEach((resource, config) -> found.put(resource.name(), values(config)));
    return found;
  }

  private static Map<String, String> values(Config config) {
    var values = new HashMap<String, String>();
    config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
    return values;
  }
}
