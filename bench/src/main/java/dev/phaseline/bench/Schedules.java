package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Course;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// The lateness of schedules at a steady rate, whether many that are due in the same moment all
/// run, and whether the scheduler's memory stays what it is meanwhile.
///
/// First ten thousand schedules, each every ten seconds, a millisecond after each other: 1,000 runs
/// a second, for a minute to warm the JVMs and then to measure. Then 100,000 that run once, all at
/// the same instant. Each job ends as soon as it arrives.
record Schedules() implements Bench {
  static final String NAME = "schedules";

  private static final int PARTITIONS = 8;
  private static final int TIMER_PARTITIONS = 4;
  private static final int SCHEDULES = 10_000;
  private static final int SCHEDULES_QUICK = 2_000;
  private static final int AT_ONCE = 100_000;
  private static final int AT_ONCE_QUICK = 10_000;
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final int WARM_UP_S = 60;
  private static final int WARM_UP_QUICK_S = 20;
  private static final int MEASURED_S = 60;
  private static final int MEASURED_QUICK_S = 20;
  private static final double P99_MAX_MS = 250;
  private static final double GROWTH_MAX = 1.2;
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String P99 = "p99 ms";
  private static final String HEAP = "heap MiB";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "10,000 schedules: how late at 1,000 runs/s, 100,000 due at once, memory";
  }

  @Override
  public List<Contenders> eligible() {
    return List.of(Contenders.SCHEDULER);
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var schedules = plan.quick() ? SCHEDULES_QUICK : SCHEDULES;
    var atOnce = plan.quick() ? AT_ONCE_QUICK : AT_ONCE;
    var warmUp = Duration.ofSeconds(plan.quick() ? WARM_UP_QUICK_S : WARM_UP_S);
    var measured = Duration.ofSeconds(plan.quick() ? MEASURED_QUICK_S : MEASURED_S);
    var course = rig.scheduleCourse(PARTITIONS, TIMER_PARTITIONS);
    var steady = new Row("%,d runs/s".formatted(schedules / EVERY.toSeconds()), 0);
    var burst = new Row("%,d at once".formatted(atOnce), 0);
    try (var flow = new ScheduleFlow(course, PARTITIONS)) {
      rig.child(Contenders.SCHEDULER).run(course);
      steady(rig, plan, flow, schedules, warmUp, measured, steady);
      burst(rig, course, flow, atOnce, burst);
      plan.say("%s: %s", burst.name(), burst.lastOf("seconds"));
      if (flow.twice() > 0) burst.addProblems(0, List.of(flow.twice() + " jobs came twice"));
      rig.child(Contenders.SCHEDULER).stop();
    }
    var settings = new LinkedHashMap<String, Object>();
    settings.put("schedules", schedules);
    settings.put("everySeconds", EVERY.toSeconds());
    settings.put("atOnce", atOnce);
    settings.put("warmUpSeconds", warmUp.toSeconds());
    settings.put("measuredSeconds", measured.toSeconds());
    var rows = List.of(steady, burst);
    return new Report(NAME, settings, rows, new LinkedHashMap<>(), goals(steady, burst));
  }

  private static void steady(
      Rig rig,
      Plan plan,
      ScheduleFlow flow,
      int schedules,
      Duration warmUp,
      Duration measured,
      Row row)
      throws InterruptedException {
    var made = Instant.now();
    for (var i = 0; i < schedules; i++) {
      flow.put("s-" + i, EVERY, EVERY.multipliedBy(i).dividedBy(schedules), 0, made);
    }
    flow.flush();
    awaitCount(flow, schedules);
    var from = Instant.now().plus(warmUp);
    sleepUntil(from);
    var child = rig.child(Contenders.SCHEDULER);
    row.add("heap before MiB", mib(child.memory().heapBytes()));
    var to = from.plus(measured);
    sleepUntil(to.plusSeconds(2));
    row.add(HEAP, mib(child.memory().heapBytes()));
    row.add("resident MiB", mib(child.memory().rssBytes()));
    // The weighing collects garbage, and nobody else does: its pause is not what is measured.
    var late = flow.lateness(from.plusSeconds(2), to);
    if (late.count() == 0) {
      throw new BenchException(
          "no run of the measured %d s arrived by its end, %,d jobs in all: is the machine busy?"
              .formatted(measured.toSeconds(), flow.count()));
    }
    row.add("runs/s", late.count() / (measured.toSeconds() - 2.0));
    row.add("p50 ms", (double) late.at(50));
    row.add(P99, (double) late.at(99));
    row.add("max ms", (double) late.at(100));
    row.add("least ms", (double) late.at(0));
    plan.say("%s: %s, %s", row.name(), row.lastOf("runs/s"), row.lastOf(P99));
    var expected = (long) schedules * (measured.toSeconds() - 2) / EVERY.toSeconds();
    if (Math.abs(late.count() - expected) > expected / 1_000) {
      row.addProblems(0, List.of(late.count() + " runs, not " + expected));
    }
    for (var i = 0; i < schedules; i++) flow.remove("s-" + i);
    flow.flush();
  }

  /// The instant is far enough away for all of them to be read before it.
  private static void burst(Rig rig, Course course, ScheduleFlow flow, int atOnce, Row row)
      throws InterruptedException {
    Thread.sleep(Duration.ofSeconds(5)); // what was removed runs out
    var day = Duration.ofDays(1);
    var made = Instant.now();
    var due = Instant.ofEpochSecond(made.getEpochSecond() + 60);
    var offset = Duration.ofMillis(due.toEpochMilli() % day.toMillis());
    for (var i = 0; i < atOnce; i++) flow.put(course.namespace() + "-" + i, day, offset, 1, made);
    flow.flush();
    var before = flow.count();
    sleepUntil(due);
    awaitCount(flow, before + atOnce);
    row.add("seconds", Duration.between(due, Instant.now()).toMillis() / 1e3);
    row.add(HEAP, mib(rig.child(Contenders.SCHEDULER).memory().heapBytes()));
    var came = flow.count() - before;
    if (came != atOnce) row.addProblems(0, List.of(came + " jobs came, not " + atOnce));
  }

  /// Waits until so many jobs have arrived; gives up, and lets the count tell, after a while.
  private static void awaitCount(ScheduleFlow flow, int count) throws InterruptedException {
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    while (flow.count() < count && System.nanoTime() < deadline) Thread.sleep(5);
  }

  private static List<Goal> goals(Row steady, Row burst) {
    var goals = new ArrayList<Goal>();
    goals.add(Goal.atMost(P99 + ", " + steady.name(), P99_MAX_MS, steady.median(P99)));
    goals.add(
        Goal.atMost(
            "heap after / before the measured time",
            GROWTH_MAX,
            steady.median(HEAP) / steady.median("heap before MiB")));
    goals.add(Goal.atMost("seconds, " + burst.name(), 60, burst.median("seconds")));
    return goals;
  }

  private static void sleepUntil(Instant time) throws InterruptedException {
    var left = Duration.between(Instant.now(), time);
    if (left.isPositive()) Thread.sleep(left);
  }

  private static double mib(long bytes) {
    return bytes / (double) (1 << 20);
  }
}
