package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Course;
import dev.phaseline.schemas.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/// The cost of a million waiting timers, and the lateness of others meanwhile.
///
/// The waiting ones are due in a month. After a tenth, a half and all of them, garbage is collected
/// and what is left is weighed. Then timers are written and come due at a steady rate: once to warm
/// the JVMs, which compile for a minute when they are new, and a scheduler runs for months; then to
/// measure. At the end the scheduler is stopped in order and started again, and is killed and
/// started again.
record Timers() implements Bench {
  static final String NAME = "timers";
  static final double GROWTH_MAX = 1.2;

  private static final int PARTITIONS = 8;

  /// As `phaseline topics create` makes them.
  private static final int TIMER_PARTITIONS = 4;

  private static final int PENDING = 1_000_000;
  private static final int PENDING_QUICK = 50_000;
  private static final List<Integer> RATES = List.of(500, 5_000);
  private static final List<Integer> P99_MAX_MS = List.of(100, 250);
  private static final int ROUNDS = 3;
  private static final int COLD_S = 60;
  private static final int COLD_QUICK_S = 10;
  private static final int WARM_UP_S = 10;
  private static final int MEASURED_S = 20;
  private static final int MEASURED_QUICK_S = 5;
  private static final Duration AHEAD = Duration.ofSeconds(2);
  private static final Duration FAR = Duration.ofDays(30);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int PROBES = 100;
  private static final String HEAP = "heap MiB";
  private static final String RESIDENT = "resident MiB";
  private static final String P99 = "p99 ms";
  private static final String EARLIEST = "least ms";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "1,000,000 timers pending: memory, restart, and how late others are at 500 and 5,000/s";
  }

  @Override
  public List<Contenders> eligible() {
    return List.of(Contenders.SCHEDULER);
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var pending = pending(plan);
    var rounds = plan.rounds() > 0 ? plan.rounds() : plan.quick() ? 1 : ROUNDS;
    var measuredS = plan.quick() ? MEASURED_QUICK_S : MEASURED_S;
    var course = rig.timerCourse(PARTITIONS, TIMER_PARTITIONS);
    var coldS = plan.quick() ? COLD_QUICK_S : COLD_S;
    var dueMax =
        rounds * (WARM_UP_S + measuredS) * RATES.stream().mapToInt(r -> r).sum()
            + coldS * RATES.getLast();
    List<Row> fill;
    var late = RATES.stream().map(rate -> new Row("%,d due/s".formatted(rate), 0)).toList();
    var restarts = new Row("restart", 0);
    try (var flow = new TimerFlow(course, PARTITIONS, dueMax + 2 * PROBES)) {
      rig.child(Contenders.SCHEDULER).run(course);
      fill = fill(rig, plan, course, flow, pending);
      flow.writeSteadily(RATES.getLast(), RATES.getLast() * coldS, AHEAD);
      flow.awaitAll(PATIENCE);
      for (var round = 0; round < rounds; round++) {
        for (var i = 0; i < RATES.size(); i++) {
          measure(flow, RATES.get(i), measuredS, late.get(i));
          plan.say("round %d, %s: %s", round + 1, late.get(i).name(), late.get(i).lastOf(P99));
        }
      }
      restart(rig, course, flow, restarts);
      plan.say("restart: %s", restarts.lastOf("killed s"));
      finish(rig, flow, pending, restarts);
    }
    var rows = new ArrayList<>(fill);
    rows.addAll(late);
    rows.add(restarts);
    return new Report(
        NAME,
        settings(pending, rounds, coldS, measuredS),
        rows,
        new LinkedHashMap<>(),
        goals(fill, late));
  }

  private static int pending(Plan plan) {
    if (plan.pending() > 0) return plan.pending();
    return plan.quick() ? PENDING_QUICK : PENDING;
  }

  private static LinkedHashMap<String, Object> settings(
      int pending, int rounds, int coldS, int measuredS) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("pending", pending);
    settings.put("partitions", PARTITIONS);
    settings.put("timerPartitions", TIMER_PARTITIONS);
    settings.put("bytes", Load.BYTES_DEFAULT);
    settings.put("writtenAheadMs", AHEAD.toMillis());
    settings.put("coldSeconds", coldS);
    settings.put("warmUpSeconds", WARM_UP_S);
    settings.put("measuredSeconds", measuredS);
    settings.put("rounds", rounds);
    return settings;
  }

  private static List<Goal> goals(List<Row> fill, List<Row> late) {
    var goals = new ArrayList<Goal>();
    var growth = fill.getLast().median(HEAP) / fill.getFirst().median(HEAP);
    goals.add(Goal.atMost("heap with all of them / with a tenth", GROWTH_MAX, growth));
    for (var i = 0; i < late.size(); i++) {
      var row = late.get(i);
      goals.add(Goal.atMost(P99 + ", " + row.name(), P99_MAX_MS.get(i), row.median(P99)));
      var earliest = row.figures().get(EARLIEST);
      goals.add(
          Goal.atLeast(
              EARLIEST + ", " + row.name(), 0, earliest == null ? Double.NaN : earliest.min()));
    }
    return goals;
  }

  /// One row for a tenth, a half and all of the timers.
  private static List<Row> fill(Rig rig, Plan plan, Course course, TimerFlow flow, int pending)
      throws InterruptedException {
    var due = Instant.now().plus(FAR);
    var rows = new ArrayList<Row>();
    var from = 0L;
    for (var to : List.of(pending / 10L, pending / 2L, (long) pending)) {
      var begin = System.nanoTime();
      flow.writeFar(from, to, due);
      awaitRead(rig, course, to);
      var seconds = (System.nanoTime() - begin) / 1e9;
      var reply = rig.child(Contenders.SCHEDULER).memory();
      var row = new Row("%,d pending".formatted(to), 0);
      row.add(HEAP, mib(reply.heapBytes()));
      row.add(RESIDENT, mib(reply.rssBytes()));
      row.add("on disk MiB", mib(bytesIn(course.timersDir(rig.folder()))));
      row.add("taken in per s", (to - from) / seconds);
      if (reply.waiting() != to) {
        row.addProblems(0, List.of(reply.waiting() + " timers are pending, not " + to));
      }
      rows.add(row);
      plan.say(
          "%s: %s, %s, %s",
          row.name(), row.lastOf(HEAP), row.lastOf(RESIDENT), row.lastOf("taken in per s"));
      from = to;
    }
    return rows;
  }

  private static void measure(TimerFlow flow, int rate, int measuredS, Row row)
      throws InterruptedException {
    var first = flow.writeSteadily(rate, rate * (WARM_UP_S + measuredS), AHEAD);
    flow.awaitAll(PATIENCE);
    var from = first + rate * WARM_UP_S;
    var late = flow.lateness(from, from + rate * measuredS);
    if (late.count() == 0) {
      row.addProblems(0, List.of("no timer fired"));
      return;
    }
    row.add("p50 ms", late.at(50) / 1e6);
    row.add(P99, late.at(99) / 1e6);
    row.add("p99.9 ms", late.at(99.9) / 1e6);
    row.add("max ms", late.at(100) / 1e6);
    row.add(EARLIEST, late.at(0) / 1e6);
  }

  /// The time after the start of a JVM until all timers have arrived that came due without a
  /// scheduler.
  private static void restart(Rig rig, Course course, TimerFlow flow, Row row)
      throws InterruptedException {
    rig.child(Contenders.SCHEDULER).terminate();
    row.add("stopped s", untilDueArrive(rig, course, flow));
    rig.child(Contenders.SCHEDULER).kill();
    row.add("killed s", untilDueArrive(rig, course, flow));
  }

  private static double untilDueArrive(Rig rig, Course course, TimerFlow flow)
      throws InterruptedException {
    flow.writeDue(PROBES);
    var begin = System.nanoTime();
    rig.child(Contenders.SCHEDULER).run(course);
    flow.awaitAll(PATIENCE);
    return (System.nanoTime() - begin) / 1e9;
  }

  /// The waiting ones must have survived it all, and none of them may have fired.
  private static void finish(Rig rig, TimerFlow flow, int pending, Row row)
      throws InterruptedException {
    var child = rig.child(Contenders.SCHEDULER);
    var waiting = child.report().waiting();
    if (waiting != pending) {
      row.addProblems(0, List.of(waiting + " timers are pending at the end, not " + pending));
    }
    child.stop();
    row.addProblems(0, flow.finish());
  }

  /// Waits until the scheduler has committed that it read so many timers.
  private static void awaitRead(Rig rig, Course course, long count) throws InterruptedException {
    var names = new TopicNames(course.namespace());
    var before = -1L;
    var deadline = 0L;
    for (var read = 0L; read < count; read = read(rig, names)) {
      if (read > before) {
        before = read;
        deadline = System.nanoTime() + PATIENCE.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw new BenchException("the scheduler has read " + read + " of " + count + " timers");
      }
      Thread.sleep(100);
    }
  }

  private static long read(Rig rig, TopicNames names) throws InterruptedException {
    try {
      return rig
          .admin()
          .listConsumerGroupOffsets(names.scheduler())
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .filter(Objects::nonNull)
          .mapToLong(committed -> committed.offset())
          .sum();
    } catch (ExecutionException e) {
      throw new BenchException("can't ask what the scheduler has read: " + e.getCause(), e);
    }
  }

  /// RocksDB deletes files while they are counted.
  private static long bytesIn(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(Timers::size).sum();
    } catch (IOException | java.io.UncheckedIOException e) {
      throw new BenchException("can't weigh " + folder + ": " + e, e);
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (NoSuchFileException gone) {
      return 0;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static double mib(long bytes) {
    return bytes / (double) (1 << 20);
  }
}
