package dev.phaseline.ops.dead;

import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// State of every letter with an action, read from the log: about 300 bytes each and the payloads
/// of edits. Actions on letters of a topic that was deleted are left out, by its id. For one
/// thread.
final class LetterStates {
  /// Longer than a transaction can stay open: 15 s, and the broker looks every 10.
  private static final Duration DECIDED_MAX = Duration.ofSeconds(40);

  private final Map<LetterId, LetterState> touched = new HashMap<>();
  private final @Nullable Uuid topic;

  /// @param topic Kafka's id of the topic of dead letters; null when it is not known
  LetterStates(@Nullable Uuid topic) {
    this.topic = topic;
  }

  /// Reads everything that is committed.
  ///
  /// @param mayBeMissing whether no topic is as good as an empty one: it is for those who only look
  static LetterStates read(
      TopicScan scan, TopicNames names, String pipeline, boolean mayBeMissing) {
    var states = new LetterStates(scan.id(names.dead(pipeline)).orElse(null));
    var actions = names.deadActions(pipeline);
    if (mayBeMissing && !scan.exists(actions)) return states;
    scan.read(
        scan.ends(pipeline, actions), record -> LetterAction.read(record).ifPresent(states::add));
    return states;
  }

  /// Reads everything that any transaction has written or will have written that had begun by now.
  ///
  /// A committed transaction is invisible until its marker is there, which may be a moment later.
  ///
  /// @throws ClusterException when one stays undecided
  static LetterStates readDecided(TopicScan scan, TopicNames names, String pipeline) {
    awaitDecided(scan, names, pipeline);
    return read(scan, names, pipeline, false);
  }

  static void awaitDecided(TopicScan scan, TopicNames names, String pipeline) {
    scan.awaitDecided(pipeline, names.deadActions(pipeline), DECIDED_MAX);
  }

  /// Takes one more action in; they must come in their order.
  void add(LetterAction action) {
    if (topic != null && action.topic() != null && !topic.equals(action.topic())) return;
    touched.merge(action.letter(), LetterState.NEW.after(action), (was, _) -> was.after(action));
  }

  LetterState of(Letter letter) {
    return of(letter.id(), letter.at());
  }

  /// @param writtenAt when the letter was
  LetterState of(LetterId letter, Instant writtenAt) {
    var state = touched.get(letter);
    return state == null ? LetterState.NEW : state.of(writtenAt);
  }

  /// Number of letters that were ever decided about.
  int size() {
    return touched.size();
  }

  /// Kafka's id of the topic that the letters are in; null when it is not known.
  @Nullable Uuid topic() {
    return topic;
  }

  /// Number of letters that one operation left in that state.
  long count(String operation, LetterState.Status status) {
    return touched.values().stream()
        .filter(state -> state.status() == status)
        .filter(state -> state.last() != null && state.last().operation().equals(operation))
        .count();
  }
}
