package dev.phaseline.ops.dead;

import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/// Read access to the dead letters of one pipeline. Everything is read from the log at each call,
/// read_committed; nothing is written and nobody is disturbed. A search reads the whole topic of
/// dead letters; letters that are named by their ids are read alone.
///
/// Immutable and thread-safe: each call has a consumer of its own. Every method throws
/// [ClusterException] when a topic is missing or the cluster does not answer.
///
/// @param client how to reach the cluster
/// @param names the namespace
/// @param pipeline whose letters
/// @param phases the pipeline's phases as they are now, in their order
public record LetterBox(
    Map<String, ?> client, TopicNames names, String pipeline, List<String> phases) {
  private static final String QUEUE = "queue.";
  static final Set<LetterState.Status> WAITING =
      EnumSet.of(LetterState.Status.OPEN, LetterState.Status.QUEUED);
  private static final int GROUPS_MAX = 1_000;

  public LetterBox {
    client = Map.copyOf(client);
    phases = List.copyOf(phases);
  }

  /// The letters of a pipeline, or of a queue as [#ofQueue] names it: the topics of both are named
  /// alike.
  public static LetterBox of(
      Map<String, ?> client, TopicNames names, String name, List<String> phases) {
    return queueOf(name)
        .map(queue -> new LetterBox(client, names.queues(), queue, List.of(TopicNames.QUEUE_ITEMS)))
        .orElseGet(() -> new LetterBox(client, names, name, phases));
  }

  /// The name under which a queue's letters are asked for: a pipeline can't have it.
  public static String ofQueue(String queue) {
    return QUEUE + queue;
  }

  /// The queue whose letters are asked for by a name; empty when it is a pipeline's.
  public static Optional<String> queueOf(String name) {
    if (!name.startsWith(QUEUE)) return Optional.empty();
    var queue = name.substring(QUEUE.length());
    return TopicNames.isName(queue) ? Optional.of(queue) : Optional.empty();
  }

  /// Result of a search.
  ///
  /// @param total how many letters match
  /// @param newest the newest of them, the newest first
  public record Found(long total, List<LetterEntry> newest) {
    public Found {
      newest = List.copyOf(newest);
    }
  }

  @FunctionalInterface
  interface EntryVisitor {
    void visit(LetterEntry entry);
  }

  /// Finds letters. A query that neither says anything about states nor names letters means those
  /// that wait for a decision: open and queued ones.
  ///
  /// @param limit return at most so many
  public Found find(LetterQuery query, int limit) {
    var byAge = Comparator.<LetterEntry, java.time.Instant>comparing(one -> one.letter().at());
    byAge = byAge.thenComparing(one -> one.letter().id());
    var newest = new PriorityQueue<>(byAge);
    var total = new long[1];
    try (var scan = TopicScan.whole(client)) {
      var states = LetterStates.read(scan, names, pipeline, true);
      visit(
          scan,
          states,
          query,
          WAITING,
          entry -> {
            total[0]++;
            newest.add(entry);
            if (newest.size() > limit) newest.remove();
          });
    }
    return new Found(total[0], newest.stream().sorted(byAge.reversed()).toList());
  }

  /// The letter of that id, if it is still kept.
  public Optional<LetterEntry> get(LetterId id) {
    return find(LetterQuery.of(List.of(id)), 1).newest().stream().findFirst();
  }

  /// The letter of that id.
  ///
  /// @throws LetterDesk.RefusedException when it is not there, saying what is
  public LetterEntry require(LetterId id) {
    return get(id)
        .orElseThrow(
            () -> {
              try (var scan = TopicScan.whole(client)) {
                return new LetterDesk.RefusedException(
                    String.valueOf(noSuchLetter(scan, id).getMessage()));
              }
            });
  }

  /// All letters of one item, whatever became of them, in the order of its lives: a redriven item
  /// that dies again leaves another letter. Reads the whole topic.
  ///
  /// @param item its id
  public List<LetterEntry> lives(String item) {
    var lives = new ArrayList<LetterEntry>();
    try (var scan = TopicScan.whole(client)) {
      var states = LetterStates.read(scan, names, pipeline, true);
      visit(
          scan,
          states,
          LetterQuery.ALL,
          EnumSet.allOf(LetterState.Status.class),
          entry -> {
            if (entry.letter().item().equals(item)) lives.add(entry);
          });
    }
    lives.sort(Comparator.comparingInt(entry -> entry.letter().generation()));
    return lives;
  }

  /// Counts the letters that a query means by kind, phase and reason, the most frequent first; as
  /// [#find] about states, and as [DeadLetterReader#summary] about groups.
  public List<DeadLetterReader.Group> groups(LetterQuery query) {
    var groups = new java.util.HashMap<LetterGroup, DeadLetterReader.Group>();
    try (var scan = TopicScan.whole(client)) {
      var states = LetterStates.read(scan, names, pipeline, true);
      visit(
          scan,
          states,
          query,
          WAITING,
          entry -> count(groups, LetterGroup.of(entry.letter()), entry.letter().at()));
    }
    return sorted(groups.values());
  }

  /// The most frequent first.
  static List<DeadLetterReader.Group> sorted(Collection<DeadLetterReader.Group> groups) {
    return groups.stream()
        .sorted(
            Comparator.comparingLong(DeadLetterReader.Group::count)
                .reversed()
                .thenComparing(DeadLetterReader.Group::phase)
                .thenComparing(DeadLetterReader.Group::kind)
                .thenComparing(DeadLetterReader.Group::reason))
        .toList();
  }

  /// Counts one letter more.
  static void count(
      Map<LetterGroup, DeadLetterReader.Group> groups, LetterGroup group, Instant at) {
    var key = group;
    if (groups.size() >= GROUPS_MAX && !groups.containsKey(key)) {
      key = new LetterGroup(key.kind(), key.phase(), LetterGroup.OTHER_REASONS);
    }
    var one = new DeadLetterReader.Group(key.kind(), key.phase(), key.reason(), 1, at, at);
    groups.merge(
        key,
        one,
        (a, b) ->
            new DeadLetterReader.Group(
                a.kind(),
                a.phase(),
                a.reason(),
                a.count() + b.count(),
                a.first().isBefore(b.first()) ? a.first() : b.first(),
                a.last().isAfter(b.last()) ? a.last() : b.last()));
  }

  /// Preview of a redrive; changes nothing and interrupts no other operator.
  public RedrivePreview preview(LetterQuery query, Redrive how) {
    try (var scan = TopicScan.whole(client)) {
      var states = LetterStates.read(scan, names, pipeline, true);
      return RedriveSelection.of(this, scan, states, query, how, Set.of()).preview();
    }
  }

  /// Opens the one desk at which letters are decided about; an earlier one ends.
  ///
  /// @param by who writes, `user@host`; it stands in every action
  /// @throws ClusterException when the topic of actions is missing, or the cluster does not answer
  public LetterDesk open(String by) {
    return LetterDesk.open(this, by);
  }

  /// Sends letters back, as [LetterDesk#redrive], and is not put off by other operators who do so
  /// at the same time: each waits for the other and goes on with what is left, a minute and a few
  /// turns at most. Every letter is sent by one of them.
  ///
  /// @param by who writes, `user@host`; it stands in every action
  /// @throws TakenOverException when others took over in every turn and nothing was sent
  /// @throws ClusterException when the topic of actions is missing, or the cluster does not answer
  /// @throws UnknownPhaseException when all letters should go where there is no phase
  public RedriveReport redrive(
      String by, LetterQuery query, Redrive how, ProgressListener progress) {
    return new RedriveTurns(this, by, query, how, progress).run();
  }

  /// Visits the letters that a query means, in the order of offsets within each partition.
  ///
  /// @param statesMeant when the query neither names states nor letters
  void visit(
      TopicScan scan,
      LetterStates states,
      LetterQuery query,
      Set<LetterState.Status> statesMeant,
      EntryVisitor visitor) {
    var isExplicit = query.namesStates() || !query.ids().isEmpty();
    TopicScan.Visitor each =
        record -> {
          var letter = new Letter(record);
          var entry = new LetterEntry(letter, states.of(letter));
          if (!isExplicit && !statesMeant.contains(entry.state().status())) return;
          if (query.matches(entry)) visitor.visit(entry);
        };
    if (query.ids().isEmpty()) scan.read(ends(scan), each);
    else read(scan, query.ids(), each);
  }

  /// The ends of the topic of dead letters.
  Map<TopicPartition, Long> ends(TopicScan scan) {
    return scan.ends(pipeline, names.dead(pipeline));
  }

  /// Visits these letters, as far as they are there.
  void read(TopicScan scan, Iterable<LetterId> ids, TopicScan.Visitor visitor) {
    var topic = names.dead(pipeline);
    var kept = ends(scan);
    var first = scan.starts(kept.keySet());
    var starts = new java.util.HashMap<TopicPartition, Long>();
    var ends = new java.util.HashMap<TopicPartition, Long>();
    var wanted = new java.util.HashSet<LetterId>();
    for (var id : ids) {
      var partition = new TopicPartition(topic, id.partition());
      if (id.offset() >= kept.getOrDefault(partition, 0L)) continue;
      if (id.offset() < first.getOrDefault(partition, 0L)) continue;
      starts.merge(partition, id.offset(), Math::min);
      ends.merge(partition, id.offset() + 1, Math::max);
      wanted.add(id);
    }
    if (wanted.isEmpty()) return;
    scan.read(
        starts,
        ends,
        record -> {
          if (wanted.contains(new LetterId(record.partition(), record.offset()))) {
            visitor.visit(record);
          }
        });
  }

  /// Failure for a letter that does not exist, with the letters that do.
  ClusterException noSuchLetter(TopicScan scan, LetterId id) {
    var topic = names.dead(pipeline);
    var ends = ends(scan);
    var starts = scan.starts(ends.keySet());
    var kept = new ArrayList<String>();
    ends.keySet().stream()
        .sorted(Comparator.comparingInt(TopicPartition::partition))
        .forEach(
            at -> {
              var first = starts.getOrDefault(at, 0L);
              var end = ends.getOrDefault(at, 0L);
              if (end > first) {
                kept.add(at.partition() + "-" + first + " to " + at.partition() + "-" + (end - 1));
              }
            });
    return new ClusterException(
        "there is no dead letter "
            + id
            + " in "
            + topic
            + (kept.isEmpty() ? ", which is empty" : "; it keeps " + String.join(", ", kept)));
  }
}
