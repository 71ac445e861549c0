package dev.phaseline.cli.demo;

import dev.phaseline.cli.progress.PhaseCounts;
import dev.phaseline.schemas.ItemHeaders;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;

/// Account of one run from the topics: of all committed records it keeps the jobs submitted, their
/// fan-out, and the items that have ended, each exactly once or not.
///
/// Records of other runs and of strangers are passed over. Records of different topics may come in
/// any order. Pure; not thread-safe.
///
/// The shape of the pipeline is the demo's: the first phase fans a job out, the later ones hand
/// each item on.
final class RunLedger {
  /// More would fill the screen without saying more.
  static final int PROBLEMS_MAX = 20;

  private static final int ROOT = -1;
  private static final int STRANGE = -2;

  /// One job of the run.
  private static final class Job {
    private boolean submitted;
    private boolean rootEnded;
    private int siblings = -1;
    private final BitSet ended = new BitSet();
    private final List<BitSet> arrived = new ArrayList<>();

    private boolean hasEnded() {
      return rootEnded || (siblings >= 0 && ended.cardinality() == siblings);
    }
  }

  private final List<String> phases;
  private final SequencedMap<String, Job> jobs = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final long[] arrived;
  private final Map<String, Long> deadByPhase = new HashMap<>();
  private final Map<String, Long> deadByReason = new TreeMap<>();
  private long problemCount;
  private long fannedOut;
  private long rootsDone;
  private long itemsDone;
  private int jobsEnded;
  private long redriven;
  private long doneAgain;
  private long deadAgain;

  /// @param jobIds of the run
  /// @param phases of the pipeline, in order
  RunLedger(Collection<String> jobIds, List<String> phases) {
    this.phases = List.copyOf(phases);
    this.arrived = new long[phases.size()];
    for (var id : jobIds) {
      var job = new Job();
      for (var i = 0; i < phases.size(); i++) job.arrived.add(new BitSet());
      jobs.put(id, job);
    }
  }

  /// A record in the input of a phase.
  void arrived(String phase, ItemHeaders item) {
    var job = jobs.get(item.jobId());
    if (job == null) return;
    if (isRepeat(item)) {
      var parent = item.identity().parent();
      if (parent != null && parent.phase().equals("dead")) redriven++;
      return;
    }
    var at = phases.indexOf(phase);
    if (at < 0) throw new IllegalArgumentException("not a phase of the run: " + phase);
    var index = index(item);
    if (index == STRANGE) {
      problem(item.itemId() + " came to phase " + phase + " and is none of the run's");
      return;
    }
    if (index == ROOT) {
      if (item.identity().parent() != null)
        return; // it came again under the key that its phase takes
      if (job.submitted) problem(item.itemId() + " was submitted twice");
      else arrived[at]++;
      job.submitted = true;
      return;
    }
    if (!isSibling(job, item, index)) return;
    if (job.arrived.get(at).get(index)) {
      problem(item.itemId() + " came to phase " + phase + " twice");
      return;
    }
    job.arrived.get(at).set(index);
    arrived[at]++;
  }

  /// A record in the topic of results.
  void done(ItemHeaders item) {
    if (isAgain(item)) doneAgain++;
    if (!end(item, "done")) return;
    if (index(item) == ROOT) {
      rootsDone++;
    } else {
      itemsDone++;
    }
  }

  /// A record in the topic of dead letters.
  void dead(ItemHeaders item, String phase, String reason) {
    if (isAgain(item)) deadAgain++;
    if (!end(item, "dead")) return;
    deadByPhase.merge(phase, 1L, Long::sum);
    deadByReason.merge(reason, 1L, Long::sum);
  }

  private boolean end(ItemHeaders item, String how) {
    var job = jobs.get(item.jobId());
    if (job == null || item.identity().generation() > 0) return false;
    var before = job.hasEnded();
    var index = index(item);
    if (index == STRANGE) {
      problem(item.itemId() + " ended (" + how + ") and is none of the run's");
      return false;
    }
    if (index == ROOT) {
      if (job.rootEnded) return twice(item, how);
      job.rootEnded = true;
    } else {
      if (!isSibling(job, item, index)) return false;
      if (job.ended.get(index)) return twice(item, how);
      job.ended.set(index);
    }
    if (!before && job.hasEnded()) jobsEnded++;
    return true;
  }

  private boolean isAgain(ItemHeaders item) {
    return item.identity().generation() > 0 && jobs.containsKey(item.jobId());
  }

  private boolean twice(ItemHeaders item, String how) {
    problem(item.itemId() + " ended twice (the second time: " + how + ")");
    return false;
  }

  private boolean isSibling(Job job, ItemHeaders item, int index) {
    if (job.siblings < 0) {
      job.siblings = item.identity().siblings();
      fannedOut++;
    } else if (job.siblings != item.identity().siblings()) {
      problem(
          item.itemId()
              + " has "
              + item.identity().siblings()
              + " siblings, others have "
              + job.siblings);
    }
    if (index < job.siblings) return true;
    problem(item.itemId() + " is not one of " + job.siblings);
    return false;
  }

  /// A retry or a redriven item is no new arrival.
  private static boolean isRepeat(ItemHeaders item) {
    return item.attempts().next() > 1 || item.identity().generation() > 0;
  }

  /// The item's number among its siblings, [#ROOT] for the job's own item, [#STRANGE] for a path
  /// that this pipeline never makes.
  private static int index(ItemHeaders item) {
    if (item.path().equals(ItemHeaders.ROOT)) return ROOT;
    try {
      var index = Integer.parseUnsignedInt(item.path(), 1, item.path().length(), 10);
      return index < 0 ? STRANGE : index;
    } catch (NumberFormatException notANumber) {
      return STRANGE;
    }
  }

  private void problem(String text) {
    problemCount++;
    if (problems.size() < PROBLEMS_MAX) problems.add(text);
  }

  /// Whether every job was submitted and every item of it has ended.
  boolean isComplete() {
    return jobsEnded == jobs.size();
  }

  /// The jobs that are in the first phase's topic.
  Set<String> submitted() {
    var ids = new java.util.LinkedHashSet<String>();
    jobs.forEach(
        (id, job) -> {
          if (job.submitted) ids.add(id);
        });
    return ids;
  }

  int jobs() {
    return jobs.size();
  }

  int jobsEnded() {
    return jobsEnded;
  }

  /// Items that the jobs fanned out into, as far as is known.
  long items() {
    return jobs.values().stream().mapToLong(job -> Math.max(0, job.siblings)).sum();
  }

  /// Items that ended well.
  long doneItems() {
    return itemsDone;
  }

  /// Items, and jobs, that ended as dead letters.
  long dead() {
    return deadByPhase.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Items, and jobs, that are dead now: not those that somebody has redriven, unless they died
  /// again.
  long deadNow() {
    return dead() - redriven + deadAgain;
  }

  /// Redriven items that ended well.
  long doneAgain() {
    return doneAgain;
  }

  Map<String, Long> deadByReason() {
    return new TreeMap<>(deadByReason);
  }

  /// Number of records that came to a phase.
  long arrivedAt(String phase) {
    return arrived[phases.indexOf(phase)];
  }

  /// Problems so far; at most [#PROBLEMS_MAX] and a count of the rest.
  List<String> problems() {
    if (problemCount <= problems.size()) return List.copyOf(problems);
    var all = new ArrayList<>(problems);
    all.add("... and " + (problemCount - problems.size()) + " more");
    return all;
  }

  /// The place of all items, as counts by phase.
  ///
  /// @param running for each phase, how many handlers are at work now: topics don't tell
  /// @param itemsExpected how many the run will have fanned out into
  List<PhaseCounts> counts(Map<String, Integer> running, long itemsExpected) {
    var counts = new ArrayList<PhaseCounts>();
    for (var at = 0; at < phases.size(); at++) {
      var phase = phases.get(at);
      var dead = deadByPhase.getOrDefault(phase, 0L);
      var done = leftWell(at);
      var busy = running.getOrDefault(phase, 0);
      var waiting = arrived[at] - done - dead - busy;
      counts.add(new PhaseCounts(phase, waiting, busy, done, dead, expected(at, itemsExpected)));
    }
    return counts;
  }

  private long leftWell(int at) {
    if (at == 0) return fannedOut + rootsDone;
    return at + 1 < phases.size() ? arrived[at + 1] : itemsDone;
  }

  /// Items that die in an earlier phase never reach a later one.
  private long expected(int at, long itemsExpected) {
    if (at == 0) return jobs.size();
    var gone = 0L;
    for (var before = 0; before < at; before++) {
      gone += deadByPhase.getOrDefault(phases.get(before), 0L);
    }
    return itemsExpected - gone;
  }
}
