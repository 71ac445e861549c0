package dev.phaseline.schemas;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The names of all topics and groups of one namespace: `<ns>.<pipeline>.<phase>` and its kin.
///
/// The namespace keeps two installations on one cluster apart; it may have dots (`acme.prod`), the
/// parts after it may not, and no phase is called like a topic of a namespace. So a topic's name
/// can be read back without knowing the pipelines, and `acme` may stand beside `acme.prod`.
///
/// A queue is named as a pipeline of one phase, [#QUEUE_ITEMS], in the namespace `<ns>.queue`:
/// `<ns>.queue.<queue>.items` and its dead letters. So every tool for dead letters works on queues,
/// and no reader of pipelines takes a queue for one. A namespace of that name is not for pipelines.
///
/// @param namespace 1 to 100 of a-z, 0-9, '-', '_' and '.'
public record TopicNames(String namespace) {
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");
  private static final Pattern PART = Pattern.compile("[a-z][a-z0-9_-]{0,47}");

  /// The rule for the names of pipelines and phases in words, as the end of a sentence.
  public static final String NAME_RULE =
      "use 1 to 48 of a-z, 0-9, '-' and '_', starting with a letter";

  /// The only phase of a queue, in the words of pipelines; last part of the name of its topic.
  public static final String QUEUE_ITEMS = "items";

  private static final String TIMERS = "timers";
  private static final String QUEUE = ".queue";

  /// Last parts of a pipeline's topics that are no phase's.
  private static final Set<String> ENDS = Set.of("done", "dead", "dead-actions");

  /// Topics and groups of the namespace itself. `acme.prod.control` is the namespace `acme.prod`'s,
  /// so in the namespace `acme` no pipeline `prod` may have a phase `control`.
  private static final Set<String> SHARED =
      Set.of(
          "control",
          "audit",
          "workers",
          "console",
          "jobs",
          "outbox",
          TIMERS,
          "scheduler",
          "tracker",
          "schedules",
          "schedule-runs",
          "schedule-status",
          "schedule-ends");

  /// First parts of the names of topics that services on Kafka Streams make under their group's.
  private static final List<String> SHARED_STARTS = List.of("scheduler-", "tracker-");

  /// A topic of a pipeline without its namespace.
  private static final Pattern OF_PIPELINE =
      Pattern.compile(
          "(?!%s\\.)%s\\.(?!(?:%s)$|%s)%s"
              .formatted(
                  TIMERS,
                  PART.pattern(),
                  String.join("|", SHARED),
                  String.join("|", SHARED_STARTS),
                  PART.pattern()));

  /// The names of the default namespace.
  public static final TopicNames DEFAULT = new TopicNames("pl");

  public TopicNames {
    if (!NAMESPACE.matcher(namespace).matches()
        || namespace.endsWith(".")
        || namespace.contains("..")) {
      throw new IllegalArgumentException(
          "namespace '"
              + namespace
              + "' is not valid: use 1 to 100 of a-z, 0-9, '-', '_' and '.', with no empty part");
    }
  }

  /// The input of a phase.
  public String phase(String pipeline, String phase) {
    if (isReserved(phase)) {
      throw new IllegalArgumentException("a phase can't be called '" + phase + "'");
    }
    return name(pipeline, part("phase", phase));
  }

  /// Whether no phase can have this name, because another topic or group ends in it: one of the
  /// pipeline, or one of a namespace that has this namespace and the pipeline's name for its own.
  public static boolean isReserved(String phase) {
    return ENDS.contains(phase) || isShared(phase);
  }

  /// Whether a text has the form of a pipeline's or a phase's name, [#NAME_RULE]. Some such names
  /// are taken all the same, see [#isReserved].
  public static boolean isName(String text) {
    return PART.matcher(text).matches();
  }

  /// With what services on Kafka Streams make under the name of their group.
  private static boolean isShared(String last) {
    return SHARED.contains(last) || SHARED_STARTS.stream().anyMatch(last::startsWith);
  }

  /// Whether a topic or a group is one of this namespace. One of a namespace that only begins alike
  /// (`acme.prod` beside `acme`) is not.
  public boolean isOwn(String topicOrGroup) {
    if (isOfPipeline(topicOrGroup) || topicOrGroup.equals(timersDead())) return true;
    var prefix = namespace + '.';
    if (!topicOrGroup.startsWith(prefix)) return false;
    var last = topicOrGroup.substring(prefix.length());
    return last.indexOf('.') < 0 ? isShared(last) : isOfQueue(topicOrGroup);
  }

  /// Terminal results of a pipeline.
  public String done(String pipeline) {
    return name(pipeline, "done");
  }

  /// Dead letters of a pipeline.
  public String dead(String pipeline) {
    return name(pipeline, "dead");
  }

  /// Topic of operators' decisions about the dead letters of a pipeline.
  public String deadActions(String pipeline) {
    return name(pipeline, "dead-actions");
  }

  /// Topic of timers.
  public String timers() {
    return namespace + '.' + TIMERS;
  }

  /// Timers that can't be read, or have nowhere to go.
  public String timersDead() {
    return timers() + ".dead";
  }

  /// Definitions of schedules, and orders for them (compacted).
  public String schedules() {
    return namespace + ".schedules";
  }

  /// Decisions about the instants of schedules, and the ends of their runs.
  public String scheduleRuns() {
    return namespace + ".schedule-runs";
  }

  /// State of each schedule as the scheduler knows it (compacted).
  public String scheduleStatus() {
    return namespace + ".schedule-status";
  }

  /// Ends of the jobs of schedules, in the partitions of their schedules.
  public String scheduleEnds() {
    return namespace + ".schedule-ends";
  }

  /// The consumer group of the scheduler, and the first part of the names of its own topics.
  public String scheduler() {
    return namespace + ".scheduler";
  }

  /// Whether a topic could be one of a pipeline of this namespace: a phase, `done` or `dead`.
  public boolean isOfPipeline(String topic) {
    return isOfPipeline(namespace + '.', topic);
  }

  /// The pattern of all topics that [#isOfPipeline] takes, for a consumer that subscribes to them.
  /// It is for whole names.
  public Pattern pipelineTopics() {
    return Pattern.compile(Pattern.quote(namespace + '.') + OF_PIPELINE.pattern());
  }

  /// Names of the queues of this namespace, each as a pipeline with the phase [#QUEUE_ITEMS].
  ///
  /// @throws IllegalArgumentException when the namespace has too many characters for it
  public TopicNames queues() {
    return new TopicNames(namespace + QUEUE);
  }

  /// The items of a queue; its share group has the same name.
  public String queueItems(String queue) {
    return queues().phase(queue, QUEUE_ITEMS);
  }

  /// The queue that a topic has the items of; empty when it is another topic.
  public Optional<String> queueOfItems(String topic) {
    var start = namespace + QUEUE + '.';
    var end = '.' + QUEUE_ITEMS;
    if (!topic.startsWith(start) || !topic.endsWith(end)) return Optional.empty();
    if (topic.length() <= start.length() + end.length()) return Optional.empty();
    var queue = topic.substring(start.length(), topic.length() - end.length());
    return isName(queue) ? Optional.of(queue) : Optional.empty();
  }

  /// Whether a topic is one of a queue of this namespace: its items, or its dead letters.
  public boolean isOfQueue(String topic) {
    return isOfPipeline(namespace + QUEUE + '.', topic);
  }

  /// Commands and live settings (compacted).
  public String control() {
    return namespace + ".control";
  }

  /// Topic of the audit of control commands.
  public String audit() {
    return namespace + ".audit";
  }

  /// Heartbeats of workers.
  public String workers() {
    return namespace + ".workers";
  }

  /// Topic of the audit of consoles.
  public String console() {
    return namespace + ".console";
  }

  /// Positions and states of the relays of outboxes (compacted).
  public String outbox() {
    return namespace + ".outbox";
  }

  /// The ends of jobs, one record for each.
  public String jobs() {
    return namespace + ".jobs";
  }

  /// The consumer group of the tracker, and the first part of the names of its own topics.
  public String tracker() {
    return namespace + ".tracker";
  }

  /// The consumer group of a phase; the same text as its topic, so that any Kafka tool shows which
  /// is whose.
  public String group(String pipeline, String phase) {
    return phase(pipeline, phase);
  }

  private static boolean isOfPipeline(String prefix, String topic) {
    return topic.startsWith(prefix)
        && OF_PIPELINE.matcher(topic.substring(prefix.length())).matches();
  }

  private String name(String pipeline, String last) {
    if (pipeline.equals(TIMERS)) {
      throw new IllegalArgumentException(
          "a pipeline can't be called 'timers': " + timersDead() + " is the scheduler's");
    }
    return namespace + "." + part("pipeline", pipeline) + "." + last;
  }

  private static String part(String what, String name) {
    if (!isName(name)) {
      throw new IllegalArgumentException(what + " name '" + name + "' is not valid: " + NAME_RULE);
    }
    return name;
  }
}
