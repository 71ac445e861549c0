package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.ItemHeaders.Attempts;
import dev.phaseline.schemas.ItemHeaders.JobFacts;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.TimerIds;
import dev.phaseline.schemas.TopicNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/// Writes what clients, workers, the scheduler and operators write, at random, and keeps its own
/// books of what is true. Not thread-safe.
final class WorkSim {
  static final List<String> PHASES = List.of("fetch", "check", "store");
  static final String PIPELINE = "cities";

  private final TopicNames names;
  private final Random random;
  private final Log log;
  private final String run;
  private final List<Item> open = new ArrayList<>();
  private final List<Item> letters = new ArrayList<>();
  final Map<String, Job> jobs = new TreeMap<>();
  final Map<String, PhaseTruth> phases = new TreeMap<>();
  private long nowMs;
  private int made;

  /// Where records go.
  interface Log {
    /// Writes one.
    ///
    /// @return `partition/offset`
    String write(String topic, String key, boolean hasValue, Headers headers, long atMs);
  }

  /// What is true of a job.
  static final class Job {
    long made = 1;
    long ended;
    long dead;
    long cancelled;
    long compensated;
    long discarded;
    int redrives;
    int splits;
    boolean redriven;
    boolean withdrawn;

    boolean isEnded() {
      return made == ended;
    }

    String state() {
      if (dead > 0) return "dead";
      if (compensated > 0) return "compensated";
      return cancelled > 0 ? "cancelled" : "done";
    }
  }

  /// What is true of a phase.
  static final class PhaseTruth {
    long in;
    long waiting;
    long retrying;
    long done;
    long dead;
    Map<String, Long> from = new TreeMap<>();

    @Override
    public String toString() {
      return "in %d waiting %d retrying %d done %d dead %d from %s"
          .formatted(in, waiting, retrying, done, dead, from);
    }
  }

  /// An item that has not ended, or its letter.
  private static final class Item {
    ItemHeaders headers;
    String phase;
    String place;
    boolean inTimers;
    boolean later;

    Item(ItemHeaders headers, String phase, String place) {
      this.headers = headers;
      this.phase = phase;
      this.place = place;
    }
  }

  WorkSim(TopicNames names, Random random, Log log, String run, long startMs) {
    this.names = names;
    this.random = random;
    this.log = log;
    this.run = run;
    this.nowMs = startMs;
    for (var phase : PHASES) phases.put(phase, new PhaseTruth());
  }

  /// Does so many things.
  void run(int steps, int jobsMax) {
    for (var i = 0; i < steps; i++) {
      nowMs += random.nextInt(5);
      if (open.isEmpty() && letters.isEmpty() && made >= jobsMax) return;
      if (made < jobsMax && (open.isEmpty() || random.nextInt(4) == 0)) submit();
      else if (!letters.isEmpty() && random.nextInt(12) == 0) decide();
      else if (!open.isEmpty()) step(open.get(random.nextInt(open.size())));
    }
  }

  /// Lets everything come to its end.
  void finish() {
    for (var guard = 0; !open.isEmpty(); guard++) {
      nowMs++;
      var item = open.get(random.nextInt(open.size()));
      if (guard < 100_000) step(item);
      else throw new AssertionError("it does not end");
    }
  }

  long nowMs() {
    return nowMs;
  }

  private void submit() {
    var id = run + "-" + made++;
    var tags = made % 10 == 0 ? "team=blue" : null;
    var submitted = Instant.ofEpochMilli(nowMs);
    var headers =
        ItemHeaders.ofJob(id)
            .withJob(
                JobFacts.NONE
                    .withSubmitted(random.nextBoolean() ? submitted : null)
                    .withTags(tags));
    jobs.put(id, new Job());
    var item = new Item(headers, "fetch", "");
    open.add(item);
    if (random.nextInt(6) == 0) {
      item.later = true;
      timer(item, headers.toKafka(), TimerIds.ofJob(names.phase(PIPELINE, "fetch"), id));
    } else {
      arrive(item, headers.toKafka(), "fetch");
    }
  }

  private Job job(Item item) {
    var job = jobs.get(item.headers.jobId());
    if (job == null) throw new AssertionError(item.headers.jobId());
    return job;
  }

  private PhaseTruth phase(String name) {
    return phases.computeIfAbsent(name, _ -> new PhaseTruth());
  }

  private void arrive(Item item, Headers headers, String phase) {
    item.phase = phase;
    item.place = phase + '/' + write(names.phase(PIPELINE, phase), headers);
    phase(phase).in++;
    phase(phase).waiting++;
  }

  private String write(String topic, Headers headers) {
    return log.write(topic, "k" + random.nextInt(100), true, headers, nowMs);
  }

  private void timer(Item item, RecordHeaders headers, String id) {
    headers.add(HeaderNames.DUE, Long.toString(nowMs + 5_000).getBytes(UTF_8));
    headers.add(HeaderNames.TARGET, names.phase(PIPELINE, item.phase).getBytes(UTF_8));
    var _ = log.write(names.timers(), id, true, headers, nowMs);
  }

  private void step(Item item) {
    if (item.later) {
      begin(item);
    } else if (item.inTimers) {
      fire(item);
    } else {
      switch (random.nextInt(20)) {
        case 0, 1 -> defer(item);
        case 2 -> die(item);
        case 3, 4 -> split(item);
        case 5 -> on(item, PHASES.get(random.nextInt(PHASES.size())));
        default -> {
          var at = PHASES.indexOf(item.phase);
          if (at < PHASES.size() - 1) on(item, PHASES.get(at + 1));
          else finish(item);
        }
      }
    }
  }

  private void begin(Item item) {
    item.later = false;
    if (random.nextInt(4) == 0) {
      var id = TimerIds.ofJob(names.phase(PIPELINE, "fetch"), item.headers.jobId());
      var cancel = new RecordHeaders().add(HeaderNames.TIMER, "cancel".getBytes(UTF_8));
      var _ = log.write(names.timers(), id, false, cancel, nowMs);
      job(item).ended++;
      job(item).cancelled++;
      job(item).withdrawn = true;
      open.remove(item);
    } else {
      arrive(item, item.headers.toKafka(), "fetch");
    }
  }

  private void fire(Item item) {
    item.inTimers = false;
    phase(item.phase).retrying--;
    arrive(item, item.headers.toKafka(), item.phase);
  }

  private void defer(Item item) {
    var was = item.headers;
    var attempt = was.attempts().next() + 1;
    item.headers =
        new ItemHeaders(
            was.identity().withParent(RecordRef.valueOf(item.place)),
            new Attempts(
                attempt,
                "[{\"attempt\":1,\"kind\":\"thrown\",\"error\":\"java.io.IOException\",\"message\":\"no\"}]"),
            was.job(),
            was.trace());
    phase(item.phase).waiting--;
    phase(item.phase).retrying++;
    item.inTimers = true;
    var target = names.phase(PIPELINE, item.phase);
    timer(item, item.headers.toKafka(), TimerIds.ofItem(target, item.headers));
  }

  private void on(Item item, String to) {
    phase(item.phase).waiting--;
    cameFrom(item.phase, to);
    item.headers = item.headers.forNext(RecordRef.valueOf(item.place));
    arrive(item, item.headers.toKafka(), to);
  }

  private void cameFrom(String from, String to) {
    if (!from.equals(to)) phase(to).from.merge(from, 1L, Long::sum);
  }

  private void finish(Item item) {
    phase(item.phase).waiting--;
    phase(item.phase).done++;
    var end = item.headers.forNext(RecordRef.valueOf(item.place)).toKafka();
    if (random.nextInt(8) == 0) { // which phases it has come through is as random as it is
      end.add(HeaderNames.ENDED, HeaderNames.ENDED_COMPENSATED.getBytes(UTF_8));
      end.add(HeaderNames.COMPENSATING, "store out of luck".getBytes(UTF_8));
      job(item).compensated++;
    }
    var _ = write(names.done(PIPELINE), end);
    job(item).ended++;
    open.remove(item);
  }

  private void split(Item item) {
    phase(item.phase).waiting--;
    open.remove(item);
    var count = random.nextInt(1, 5);
    var job = job(item);
    job.made += count;
    job.ended++;
    job.splits++;
    for (var i = 0; i < count; i++) {
      cameFrom(item.phase, "check");
      var child =
          new Item(item.headers.forChild(i, count, RecordRef.valueOf(item.place)), "check", "");
      open.add(child);
      arrive(child, child.headers.toKafka(), "check");
    }
  }

  private void die(Item item) {
    phase(item.phase).waiting--;
    phase(item.phase).dead++;
    var headers = item.headers.forNext(RecordRef.valueOf(item.place)).toKafka();
    headers.add(HeaderNames.PHASE, item.phase.getBytes(UTF_8));
    headers.add(HeaderNames.KIND, "failed".getBytes(UTF_8));
    headers.add(HeaderNames.REASON, "out of luck".getBytes(UTF_8));
    item.place = "dead/" + write(names.dead(PIPELINE), headers);
    job(item).ended++;
    job(item).dead++;
    open.remove(item);
    letters.add(item);
  }

  /// Redrives a letter, or puts it away.
  private void decide() {
    var item = letters.remove(random.nextInt(letters.size()));
    var was = item.headers;
    var letter = item.place.substring("dead/".length()).replace('/', '-');
    var action = new RecordHeaders();
    if (random.nextInt(3) == 0) {
      action.add(HeaderNames.ACTION, "discarded".getBytes(UTF_8));
      job(item).discarded++;
      phase(item.phase).dead--;
    } else {
      action.add(HeaderNames.ACTION, "redriven".getBytes(UTF_8));
      item.headers =
          ItemHeaders.of(
                  was.identity()
                      .withGeneration(was.identity().generation() + 1)
                      .withParent(RecordRef.valueOf(item.place)))
              .withJob(was.job());
      job(item).ended--;
      job(item).dead--;
      job(item).redrives = Math.max(job(item).redrives, was.identity().generation() + 1);
      job(item).redriven = true;
      phase(item.phase).dead--;
      open.add(item);
      arrive(item, item.headers.toKafka(), item.phase);
    }
    var _ = log.write(names.deadActions(PIPELINE), letter, false, action, nowMs);
  }

  /// A log in memory: offsets as Kafka would give them, two partitions for each topic.
  static final class MemoryLog implements Log {
    final List<EventReader.Source> records = new ArrayList<>();
    private final Map<String, Long> ends = new HashMap<>();
    private final Random random;

    MemoryLog(Random random) {
      this.random = random;
    }

    @Override
    public String write(String topic, String key, boolean hasValue, Headers headers, long atMs) {
      var partition = topic.endsWith(".timers") ? Math.abs(key.hashCode() % 2) : random.nextInt(2);
      var offset = ends.merge(topic + partition, 1L, Long::sum) - 1;
      records.add(
          new EventReader.Source(
              topic, partition, offset, atMs, bytes(key), !hasValue, headers, 1));
      return partition + "/" + offset;
    }

    private static byte @Nullable [] bytes(@Nullable String text) {
      return text == null ? null : text.getBytes(UTF_8);
    }
  }
}
