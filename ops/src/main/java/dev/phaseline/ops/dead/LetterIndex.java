package dev.phaseline.ops.dead;

import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.ops.cluster.TopicScan;
import dev.phaseline.ops.dead.LetterBox.Found;
import dev.phaseline.ops.dead.LetterState.Status;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// Index of one pipeline's dead letters in memory, about 20 bytes each, for repeated queries: the
/// log is read once, and then what is new. Answers what kind, phase, first line of the reason, time
/// and state can tell, as [LetterBox] does; other questions, and more than 500,000 letters or
/// 200,000 that were decided about, are the box's.
///
/// Thread-safe; one at a time.
public final class LetterIndex implements AutoCloseable {
  private static final int LETTERS_MAX = 500_000;
  private static final int DECIDED_MAX = 200_000;
  private static final int GROUPS_MAX = 20_000;
  private static final int SHOWN_MAX = 2_000;

  private final LetterBox box;
  private final Map<LetterGroup, LetterGroup> groups = new HashMap<>();
  private final Map<Integer, Part> parts = new TreeMap<>();

  /// Letters that were listed lately, without their payloads.
  private final Map<LetterId, Letter> shown =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<LetterId, Letter> eldest) {
          return size() > SHOWN_MAX;
        }
      };

  private @Nullable TopicScan scan;
  private @Nullable Uuid topic;
  private @Nullable Uuid actions;
  private LetterStates states = new LetterStates(null);
  private Map<TopicPartition, Long> actionsRead = Map.of();
  private int count;
  private boolean isFull;

  /// The letters of one partition, in order.
  private static final class Part {
    private LetterGroup[] groups = new LetterGroup[64];
    private long[] offsets = new long[64];
    private long[] times = new long[64];
    int size;
    long next;
    long start;

    void add(long offset, long atMs, LetterGroup group) {
      if (size == offsets.length) {
        offsets = Arrays.copyOf(offsets, 2 * size);
        times = Arrays.copyOf(times, 2 * size);
        groups = Arrays.copyOf(groups, 2 * size);
      }
      offsets[size] = offset;
      times[size] = atMs;
      groups[size] = group;
      size++;
    }
  }

  @FunctionalInterface
  private interface Each {
    void letter(LetterId id, Instant at, LetterGroup group);
  }

  /// @param box reads the log
  public LetterIndex(LetterBox box) {
    this.box = box;
  }

  /// As [LetterBox#find], without payloads; empty when the index can't tell.
  ///
  /// @throws dev.phaseline.topics.ClusterException when a topic is missing or the cluster does not
  ///   answer
  public synchronized Optional<Found> find(LetterQuery query, int limit) {
    if (!query.isOfGroups() || !readOn()) return Optional.empty();
    var total = new long[1];
    record Ref(LetterId id, Instant at) {}
    var byAge = Comparator.comparing(Ref::at).thenComparing(Ref::id);
    var newest = new PriorityQueue<>(byAge);
    visit(
        query,
        (id, at, group) -> {
          total[0]++;
          newest.add(new Ref(id, at));
          if (newest.size() > limit) newest.remove();
        });
    var ids = newest.stream().sorted(byAge.reversed()).map(Ref::id).toList();
    return Optional.of(new Found(total[0], entries(ids)));
  }

  /// As [LetterBox#groups]; empty when the index can't tell.
  ///
  /// @throws dev.phaseline.topics.ClusterException when a topic is missing or the cluster does not
  ///   answer
  public synchronized Optional<List<DeadLetterReader.Group>> groups(LetterQuery query) {
    if (!query.isOfGroups() || !readOn()) return Optional.empty();
    var found = new HashMap<LetterGroup, DeadLetterReader.Group>();
    visit(query, (id, at, group) -> LetterBox.count(found, group, at));
    return Optional.of(LetterBox.sorted(found.values()));
  }

  private void visit(LetterQuery query, Each each) {
    var meant = new HashMap<LetterGroup, Boolean>();
    parts.forEach(
        (partition, part) -> {
          for (var i = 0; i < part.size; i++) {
            var group = part.groups[i];
            if (part.offsets[i] < part.start) continue; // no longer kept
            if (!meant.computeIfAbsent(group, query::meansGroup)) continue;
            var id = new LetterId(partition, part.offsets[i]);
            var at = Instant.ofEpochMilli(part.times[i]);
            var status = states.of(id, at).status();
            if (isMeant(query, at, status)) each.letter(id, at, group);
          }
        });
  }

  private static boolean isMeant(LetterQuery query, Instant at, Status status) {
    if (!query.namesStates() && !LetterBox.WAITING.contains(status)) return false;
    return query.meansLetter(at, status);
  }

  private List<LetterEntry> entries(List<LetterId> ids) {
    var missing = ids.stream().filter(id -> !shown.containsKey(id)).toList();
    var read = new HashMap<LetterId, Letter>();
    if (!missing.isEmpty()) {
      box.read(
          open(),
          missing,
          record -> {
            var letter = new Letter(record);
            read.put(letter.id(), letter);
          });
    }
    var entries = new ArrayList<LetterEntry>();
    for (var id : ids) {
      var letter = read.containsKey(id) ? read.get(id) : shown.get(id);
      if (letter != null) entries.add(new LetterEntry(letter, states.of(letter)));
    }
    shown.putAll(read);
    return entries;
  }

  private TopicScan open() {
    var present = scan;
    if (present == null) scan = present = TopicScan.keyed(box.client());
    return present;
  }

  /// Reads what is new.
  ///
  /// @return whether all of it has room
  private boolean readOn() {
    if (isFull && topic != null && topic.equals(idNow())) return false;
    try {
      readLetters();
      readActions();
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
    isFull = count >= LETTERS_MAX || groups.size() >= GROUPS_MAX || states.size() >= DECIDED_MAX;
    if (isFull) forget();
    return !isFull;
  }

  private @Nullable Uuid idNow() {
    return open().id(box.names().dead(box.pipeline())).orElse(null);
  }

  private void readLetters() {
    var now = idNow();
    var ends = box.ends(open());
    if (topic == null || !topic.equals(now)) {
      forget();
      topic = now;
      actions = null; // they are read anew for this topic
    }
    var starts = new HashMap<TopicPartition, Long>();
    open()
        .starts(ends.keySet())
        .forEach(
            (partition, start) -> {
              var part = parts.computeIfAbsent(partition.partition(), _ -> new Part());
              part.start = start;
              starts.put(partition, Math.max(start, part.next));
            });
    open()
        .read(
            starts,
            ends,
            record -> {
              var part = parts.get(record.partition());
              if (part == null || count >= LETTERS_MAX || groups.size() >= GROUPS_MAX) return;
              var made = LetterGroup.of(new Letter(record));
              var group = groups.computeIfAbsent(made, same -> same);
              part.add(record.offset(), record.timestamp(), group);
              count++;
            });
    ends.forEach(
        (partition, end) -> {
          var part = parts.get(partition.partition());
          if (part != null) part.next = Math.max(part.next, end);
        });
  }

  private void readActions() {
    var name = box.names().deadActions(box.pipeline());
    var now = open().id(name).orElse(null);
    if (now == null || !now.equals(actions)) {
      states = new LetterStates(topic);
      actionsRead = Map.of();
      actions = now;
      if (now == null) return;
    }
    var ends = open().ends(box.pipeline(), name);
    var starts = new HashMap<TopicPartition, Long>();
    open()
        .starts(ends.keySet())
        .forEach(
            (partition, start) ->
                starts.put(partition, Math.max(start, actionsRead.getOrDefault(partition, 0L))));
    var into = states;
    open().read(starts, ends, record -> LetterAction.read(record).ifPresent(into::add));
    actionsRead = Map.copyOf(ends);
  }

  private void forget() {
    parts.clear();
    groups.clear();
    shown.clear();
    states = new LetterStates(topic);
    actions = null;
    count = 0;
  }

  /// Lets the cluster go; what is asked for later is read anew.
  @Override
  public synchronized void close() {
    if (scan != null) scan.close();
    scan = null;
    topic = null;
    isFull = false;
    forget();
  }
}
