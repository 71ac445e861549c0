package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Course;
import dev.phaseline.bench.contender.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The cost of every job's status: how fast a tracker catches up with what a chain has left, how
/// fast it answers then, what it holds on to, and what a chain loses to it.
record Tracking() implements Bench {
  static final String NAME = "tracker";
  static final double GROWTH_MAX = 1.2;

  private static final int PHASES = 3;
  private static final int PARTITIONS = 8;
  private static final int CONCURRENCY = 16;
  private static final int JOBS = 1_000_000;
  private static final int JOBS_QUICK = 50_000;
  private static final int FOLLOWED_MAX = 300_000;
  private static final int ROUNDS = 3;
  private static final int SLICES = 10;

  /// Submitted, two hops, done.
  private static final int RECORDS = PHASES + 1;

  private static final double BY_ID_MAX_MS = 10;
  private static final double PAGE_MAX_MS = 100;
  private static final double FOLLOWED_MIN = 0.9;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MS = 50;
  private static final String RATE = Throughput.RATE;
  private static final String JOBS_RATE = "jobs/s";
  private static final String WITHOUT_CPU = "its CPU left out";
  private static final String HEAP = "heap MiB";
  private static final String RESIDENT = "resident MiB";
  private static final String P99 = " p99 ms";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "1,000,000 jobs: catching up with them, asking for them, and a chain that is followed";
  }

  @Override
  public List<Contenders> eligible() {
    return List.of(Contenders.TRACKER);
  }

  /// The tables of one run. Not thread-safe.
  private static final class Tables {
    final Row chain;
    final Row catchUp;
    final List<Row> memory = new ArrayList<>();
    final Row answers = new Row("answers", 0);
    final Row alone;
    final Row followed;

    Tables(int jobs, int followedJobs) {
      chain = new Row("chain", jobs);
      catchUp = new Row("catching up", jobs);
      alone = new Row("chain alone", followedJobs);
      followed = new Row("chain followed", followedJobs);
    }

    List<Row> rows() {
      var rows = new ArrayList<>(List.of(chain, catchUp));
      rows.addAll(memory);
      rows.addAll(List.of(answers, alone, followed));
      return rows;
    }
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var jobs = plan.itemsOr(JOBS, JOBS_QUICK);
    var followedJobs = Math.min(jobs, FOLLOWED_MAX);
    var rounds = plan.rounds() > 0 ? plan.rounds() : plan.quick() ? 1 : ROUNDS;
    warmUp(rig, plan, Math.max(1, jobs / 10));
    var tables = new Tables(jobs, followedJobs);
    catchUp(rig, plan, jobs, tables);
    for (var round = 0; round < rounds; round++) {
      // Neither is always the one that comes first.
      for (var follow : Plan.inTurn(List.of(false, true), round)) {
        follow(rig, plan, trial(rig, followedJobs), follow, round, tables);
      }
    }
    var settings = new LinkedHashMap<String, Object>();
    settings.put("jobs", jobs);
    settings.put("recordsPerJob", RECORDS);
    settings.put("phases", PHASES);
    settings.put("partitions", PARTITIONS);
    settings.put("bytes", Load.BYTES_DEFAULT);
    settings.put("followedJobs", followedJobs);
    settings.put("rounds", rounds);
    var ratios = new LinkedHashMap<String, Double>();
    ratios.put("catching up / chain", tables.catchUp.median(JOBS_RATE) / tables.chain.median(RATE));
    ratios.put("chain followed / alone", tables.followed.median(RATE) / tables.alone.median(RATE));
    return new Report(NAME, settings, tables.rows(), ratios, goals(tables, ratios));
  }

  private static List<Goal> goals(Tables tables, Map<String, Double> ratios) {
    var goals = new ArrayList<Goal>();
    goals.add(
        Goal.atLeast("catching up / chain", 1, ratios.getOrDefault("catching up / chain", 0.0)));
    var pages = 0.0;
    for (var figure : tables.answers.figures().entrySet()) {
      if (!figure.getKey().endsWith(P99)) continue;
      if (figure.getKey().startsWith("by id")) {
        goals.add(Goal.atMost(figure.getKey(), BY_ID_MAX_MS, figure.getValue().median()));
      } else {
        pages = Math.max(pages, figure.getValue().median());
      }
    }
    goals.add(Goal.atMost("first page, the slowest filter," + P99, PAGE_MAX_MS, pages));
    goals.add(
        Goal.atLeast(
            "chain followed / alone, the tracker's CPU left out",
            FOLLOWED_MIN,
            tables.followed.median(WITHOUT_CPU) / tables.alone.median(RATE)));
    if (tables.memory.size() > 2) {
      for (var figure : List.of(HEAP, RESIDENT)) {
        var growth = tables.memory.getLast().median(figure) / tables.memory.get(1).median(figure);
        goals.add(Goal.atMost(figure + " at the end / after two tenths", GROWTH_MAX, growth));
      }
    }
    return goals;
  }

  private static Trial trial(Rig rig, int jobs) {
    return new Trial(rig, Contenders.PHASELINE, PHASES, CONCURRENCY, PARTITIONS, Load.of(jobs));
  }

  private static Course filled(Rig rig, int jobs) {
    var course = rig.trackedCourse(PHASES, CONCURRENCY, PARTITIONS);
    try (var feeder = Feeder.bulk(course, true)) {
      feeder.send(Load.of(jobs), 0, jobs);
    }
    return course;
  }

  /// Everything once, in small, that nobody reads.
  private static void warmUp(Rig rig, Plan plan, int jobs) throws InterruptedException {
    var course = filled(rig, jobs);
    var chain = trial(rig, jobs).run(course);
    var tracker = rig.child(Contenders.TRACKER);
    var begin = System.nanoTime();
    tracker.run(course);
    awaitRead(tracker, (long) jobs * RECORDS);
    var rate = jobs / seconds(begin);
    var _ = tracker.look(jobs);
    tracker.stop();
    rig.dropAll(course);
    plan.say("warm-up: chain %.0f items/s, tracker %.0f jobs/s", chain.itemsPerSecond(), rate);
  }

  /// The clock runs from the start of the tracker until it counts all jobs as done, but not while
  /// it is weighed.
  private static void catchUp(Rig rig, Plan plan, int jobs, Tables tables)
      throws InterruptedException {
    var course = filled(rig, jobs);
    var chain = trial(rig, jobs).run(course);
    tables.chain.add(RATE, chain.itemsPerSecond());
    tables.chain.addProblems(0, chain.problems());
    plan.say("chain: %s", tables.chain.lastOf(RATE));
    var tracker = rig.child(Contenders.TRACKER);
    var begin = System.nanoTime();
    var cpu = tracker.cpuTime();
    tracker.run(course);
    tables.catchUp.add("ready s", seconds(begin));
    var weighed = 0.0;
    for (var slice = 1; slice <= SLICES; slice++) {
      awaitRead(tracker, (long) jobs * RECORDS * slice / SLICES);
      if (slice == SLICES) tables.catchUp.add("s", seconds(begin) - weighed);
      var weighing = System.nanoTime();
      weigh(tracker.memory(), slice, tables);
      weighed += seconds(weighing);
      plan.say("read %d/%d after %.1f s", slice, SLICES, seconds(begin) - weighed);
    }
    var took = tables.catchUp.median("s");
    tables.catchUp.add(JOBS_RATE, jobs / took);
    tables.catchUp.add("records/s", jobs * (double) RECORDS / took);
    tables.catchUp.add("CPU µs/record", micros(tracker, cpu) / jobs / RECORDS);
    plan.say("catching up: %s", tables.catchUp.lastOf(JOBS_RATE));
    var done = count(tracker.report(), "done");
    if (done != jobs) {
      tables.catchUp.addProblems(0, List.of(done + " jobs are counted as done, not " + jobs));
    }
    tracker
        .look(jobs)
        .figures()
        .forEach(
            (figure, value) -> {
              if (figure.endsWith(" ms")) tables.answers.add(figure, value);
            });
    plan.say("answers: %s", tables.answers.lastOf("by id" + P99));
    tracker.stop();
    rig.dropAll(course);
  }

  private static void weigh(Reply reply, int slice, Tables tables) {
    var row = new Row("%d0 %% read".formatted(slice), 0);
    row.add(HEAP, reply.heapBytes() / (double) (1 << 20));
    row.add(RESIDENT, reply.rssBytes() / (double) (1 << 20));
    tables.memory.add(row);
  }

  /// One round of a chain, alone or with a tracker that has read the input before the chain begins
  /// and reads along from then on.
  private static void follow(
      Rig rig, Plan plan, Trial trial, boolean follow, int round, Tables tables)
      throws InterruptedException {
    var jobs = trial.load().items();
    var course = filled(rig, jobs);
    var tracker = rig.child(Contenders.TRACKER);
    if (follow) {
      tracker.run(course);
      awaitRead(tracker, jobs);
    }
    var cpu = tracker.cpuTime();
    var begin = System.nanoTime();
    var result = trial.run(course);
    var row = follow ? tables.followed : tables.alone;
    row.add(RATE, result.itemsPerSecond());
    row.addProblems(round, result.problems());
    if (follow) {
      // All cores are busy, so what the tracker takes of them is missing elsewhere. The trial
      // goes on for a while after its clock has stopped, with the audit.
      var ownSeconds = micros(tracker, cpu) / 1e6 / Runtime.getRuntime().availableProcessors();
      ownSeconds *= Math.min(1, result.seconds() / seconds(begin));
      row.add(WITHOUT_CPU, jobs / Math.max(0.1, result.seconds() - ownSeconds));
      var ended = System.nanoTime();
      awaitRead(tracker, (long) jobs * RECORDS);
      row.add("then behind for s", seconds(ended));
      tracker.stop();
    }
    rig.dropAll(course);
    plan.say("round %d, %s: %s", round + 1, row.name(), row.lastOf(RATE));
  }

  /// Waits until a tracker has counted so many records.
  private static void awaitRead(Child tracker, long records) throws InterruptedException {
    var before = -1L;
    var deadline = 0L;
    for (var read = 0L; read < records; read = count(tracker.report(), "read")) {
      if (read > before) {
        before = read;
        deadline = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new BenchException("the tracker has read " + read + " of " + records + " records");
      }
      Thread.sleep(LOOK_MS);
    }
  }

  private static long count(Reply reply, String figure) {
    return Math.round(reply.figures().getOrDefault(figure, 0.0));
  }

  private static double micros(Child tracker, Duration since) {
    return tracker.cpuTime().minus(since).toNanos() / 1e3;
  }

  private static double seconds(long beginNanos) {
    return (System.nanoTime() - beginNanos) / 1e9;
  }
}
