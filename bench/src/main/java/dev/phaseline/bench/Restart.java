package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Course;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;

/// The delays that users notice when workers go and come, at 1,000 items a second that never pause.
///
/// *Kill*: one of two workers dies as by `kill -9`, and the other has to do without it; or it is
/// started again at once under its old name. The gap is the longest that any item took that was due
/// from a second before the kill on.
///
/// *Rolling*: three workers are stopped with SIGTERM and replaced, one after the other. No item
/// whose handler had finished may be handled again.
record Restart() implements Bench {
  private static final int PARTITIONS = 9;
  private static final int CONCURRENCY = 64;
  private static final int PER_SECOND = 1_000;
  private static final int WAIT_MS = 10;
  private static final int SECONDS_MAX = 180;
  private static final int CALM_S = 3;
  private static final int CALM_QUICK_S = 2;
  private static final Duration JOIN = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int KILL_SLACK_MS = 2_000;
  private static final int P99_MAX_MS = 3_000;
  private static final String GAP = "gap ms";

  @Override
  public String name() {
    return "restart";
  }

  @Override
  public String summary() {
    return "the gap after kill -9, and a rolling restart of 3 workers, at 1,000 items/s";
  }

  @Override
  public List<Contenders> eligible() {
    return List.of(Contenders.PHASELINE);
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var calmS = plan.quick() ? CALM_QUICK_S : CALM_S;
    var kill = new Row("kill -9, 1 of 2", 0);
    var revive = new Row("kill -9, started again", 0);
    var rolling = new Row("rolling, 3 of 3", 0);
    for (var round = 0; round < plan.roundsToRun(); round++) {
      kill(rig, round, calmS, false, kill);
      plan.say("round %d kill: %s %s", round + 1, kill.lastOf(GAP), kill.problems());
      kill(rig, round, calmS, true, revive);
      plan.say("round %d started again: %s %s", round + 1, revive.lastOf(GAP), revive.problems());
      rolling(rig, round, calmS, rolling);
      plan.say(
          "round %d rolling: %s, %s %s",
          round + 1, rolling.lastOf("p99 ms"), rolling.lastOf("runs again"), rolling.problems());
    }
    var settings = new LinkedHashMap<String, Object>();
    settings.put("sessionTimeoutMs", Rig.SESSION_TIMEOUT_MS);
    settings.put("itemsPerSecond", PER_SECOND);
    settings.put("waitMs", WAIT_MS);
    settings.put("partitions", PARTITIONS);
    settings.put("rounds", plan.roundsToRun());
    var worstAgain = rolling.figures().get("runs again");
    var goals =
        List.of(
            Goal.atMost(
                "gap ms after kill -9", Rig.SESSION_TIMEOUT_MS + KILL_SLACK_MS, kill.median(GAP)),
            Goal.atMost(
                "gap ms after kill -9, started again",
                Rig.SESSION_TIMEOUT_MS + KILL_SLACK_MS,
                revive.median(GAP)),
            Goal.atMost("p99 ms, rolling", P99_MAX_MS, rolling.median("p99 ms")),
            Goal.atMost(
                "completed items that ran again, in the worst round",
                0,
                worstAgain == null ? Double.NaN : worstAgain.max()));
    return new Report(
        name(), settings, List.of(kill, revive, rolling), new LinkedHashMap<>(), goals);
  }

  private static void kill(Rig rig, int round, int calmS, boolean revive, Row row)
      throws InterruptedException {
    var course = rig.course(1, CONCURRENCY, PARTITIONS);
    var load = Load.of(SECONDS_MAX * PER_SECOND).withWaitMs(WAIT_MS);
    var workers = new ArrayList<Child>();
    try (var flow = new Flow(course, true, PARTITIONS, load)) {
      for (var i = 0; i < 2; i++) workers.add(worker(rig, course, i, new ArrayList<>()));
      flow.awaitFirst();
      flow.start(PER_SECOND);
      for (var worker : workers) awaitWorking(worker);
      Thread.sleep(Duration.ofSeconds(calmS));
      var killedAt = flow.due();
      workers.getFirst().kill();
      if (revive) workers.set(0, worker(rig, course, 0, new ArrayList<>()));
      Thread.sleep(Duration.ofMillis(Rig.SESSION_TIMEOUT_MS + KILL_SLACK_MS).plusSeconds(calmS));
      flow.stopSending();
      flow.awaitSent();
      flow.awaitAll(PATIENCE);
      for (var worker : workers) worker.terminate();
      row.addProblems(round, flow.finish());
      var from = Math.max(1, killedAt - PER_SECOND);
      row.add(GAP, flow.latencies(from, flow.sent()).at(100) / 1e6);
    } finally {
      workers.forEach(Child::kill);
    }
    rig.drop(course);
  }

  private static void rolling(Rig rig, int round, int calmS, Row row) throws InterruptedException {
    var course = rig.course(1, CONCURRENCY, PARTITIONS);
    var load = Load.of(SECONDS_MAX * PER_SECOND).withWaitMs(WAIT_MS);
    var logs = new ArrayList<Path>();
    var workers = new ArrayList<Child>();
    try (var flow = new Flow(course, true, PARTITIONS, load)) {
      for (var i = 0; i < 3; i++) workers.add(worker(rig, course, i, logs));
      flow.awaitFirst();
      flow.start(PER_SECOND);
      for (var worker : workers) awaitWorking(worker);
      Thread.sleep(Duration.ofSeconds(calmS));
      var from = flow.due();
      for (var i = 0; i < 3; i++) {
        workers.get(i).terminate();
        workers.set(i, worker(rig, course, i, logs));
        awaitWorking(workers.get(i));
        Thread.sleep(Duration.ofSeconds(calmS));
      }
      flow.stopSending();
      flow.awaitSent();
      flow.awaitAll(PATIENCE);
      for (var worker : workers) worker.terminate();
      row.addProblems(round, flow.finish());
      var latencies = flow.latencies(from, flow.sent());
      row.add("p50 ms", latencies.at(50) / 1e6);
      row.add("p99 ms", latencies.at(99) / 1e6);
      row.add("max ms", latencies.at(100) / 1e6);
      row.add("runs again", runsAgain(logs, flow.sent(), round, row));
    } finally {
      workers.forEach(Child::kill);
    }
    rig.drop(course);
  }

  private static Child worker(Rig rig, Course course, int place, List<Path> logs) {
    var log = rig.folder().resolve(course.namespace() + "-" + logs.size() + ".ids");
    logs.add(log);
    var child = rig.newChild(Contenders.PHASELINE);
    child.run(course.as("worker" + place, log.toString()));
    return child;
  }

  /// Waits until a worker has partitions: it has handled something.
  private static void awaitWorking(Child child) throws InterruptedException {
    var deadline = System.nanoTime() + JOIN.toNanos();
    while (child.report().calls() == 0) {
      if (System.nanoTime() > deadline) {
        throw new BenchException("a worker had nothing to do for " + JOIN.toSeconds() + " s");
      }
      Thread.sleep(50);
    }
  }

  /// The number of handlers that finished an item which another had finished before.
  private static int runsAgain(List<Path> logs, int items, int round, Row row) {
    var seen = new HashSet<String>();
    var again = 0;
    try {
      for (var log : logs) {
        for (var id : Files.readAllLines(log)) {
          if (!seen.add(id)) again++;
        }
        Files.delete(log);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a worker left no log of what it ran", e);
    }
    if (seen.size() < items) {
      row.addProblems(round, List.of((items - seen.size()) + " items are in no worker's log"));
    }
    return again;
  }
}
