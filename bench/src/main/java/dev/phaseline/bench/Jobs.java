package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Course;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Jobs that do nothing, one phase, beside job queues in PostgreSQL: what a job costs when the
/// queue is a table.
record Jobs() implements Bench {
  private static final int PARTITIONS = 8;
  private static final int CONCURRENCY = 16;
  private static final int WORKERS = 50;
  private static final int ITEMS = 300_000;
  private static final int ITEMS_QUICK = 100_000;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  /// A job queue in a database: how big its share of the items is, and how it says what is left.
  private record Queue(Contenders who, double share, String unfinished) {}

  private static final List<Queue> QUEUES =
      List.of(
          new Queue(Contenders.DB_SCHEDULER, 0.1, "select count(*) from scheduled_tasks"),
          new Queue(
              Contenders.JOBRUNR,
              0.025,
              "select count(*) from jobrunr_jobs where state <> 'SUCCEEDED'"));

  @Override
  public String name() {
    return "jobs";
  }

  @Override
  public String summary() {
    return "jobs that do nothing, beside job queues in PostgreSQL";
  }

  @Override
  public List<Contenders> eligible() {
    var out = new ArrayList<>(List.of(Contenders.PHASELINE));
    QUEUES.forEach(queue -> out.add(queue.who()));
    return out;
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var items = plan.itemsOr(ITEMS, ITEMS_QUICK);
    var everyone = plan.contenders().isEmpty() ? eligible() : plan.contenders();
    var rows = new LinkedHashMap<Contenders, Row>();
    for (var who : everyone) rows.put(who, new Row(who.label(), itemsOf(who, items)));
    try (var postgres = Postgres.start(rig.folder())) {
      for (var who : everyone) {
        // The warm-up: a third of a round that nobody reads.
        var part = itemsOf(who, Math.max(100, items / 3));
        say(plan, "warm-up", who, trial(rig, postgres, who, part));
      }
      plan.eachRound(
          rows,
          (round, who, row) -> {
            var result = trial(rig, postgres, who, itemsOf(who, items));
            say(plan, "round " + (round + 1), who, result);
            row.add(Throughput.RATE, result.itemsPerSecond());
            row.addProblems(round, result.problems());
          });
    } catch (IOException | SQLException e) {
      throw new BenchException("PostgreSQL can't be used: " + e.getMessage(), e);
    }
    return report(plan, items, List.copyOf(rows.values()));
  }

  private static void say(Plan plan, String when, Contenders who, Trial.Result result) {
    plan.say(
        "%s %s: %.0f items/s in %.1f s %s",
        when, who.label(), result.itemsPerSecond(), result.seconds(), result.problems());
  }

  private static int itemsOf(Contenders who, int all) {
    var share = QUEUES.stream().filter(q -> q.who() == who).mapToDouble(Queue::share).findFirst();
    return Math.max(1, (int) Math.round(all * share.orElse(1)));
  }

  private static Trial.Result trial(Rig rig, Postgres postgres, Contenders who, int items)
      throws InterruptedException, SQLException {
    for (var queue : QUEUES) {
      if (queue.who() == who) return queueTrial(rig, postgres, queue, items);
    }
    return new Trial(rig, who, 1, CONCURRENCY, PARTITIONS, Load.of(items)).run();
  }

  /// The same clock as in [Trial]: from the first call of a handler until the last job is finished
  /// for everyone to see.
  private static Trial.Result queueTrial(Rig rig, Postgres postgres, Queue queue, int items)
      throws InterruptedException, SQLException {
    var log = rig.folder().resolve("jobs.ids").toString();
    var course = new Course("none", "jobs", 1, WORKERS, "one", log, postgres.url());
    var child = rig.child(queue.who());
    var problems = new ArrayList<String>();
    child.prepare(course, items);
    var cpuBefore = child.cpuTime();
    child.run(course);
    var deadline = System.nanoTime() + PATIENCE_NANOS;
    var before = 0L;
    var reply = child.report();
    while (reply.calls() < items && System.nanoTime() < deadline) {
      Thread.sleep(20);
      reply = child.report();
      if (reply.calls() > before) deadline = System.nanoTime() + PATIENCE_NANOS;
      before = reply.calls();
    }
    var endMs = 0L;
    try (var connection = DriverManager.getConnection(postgres.url())) {
      endMs = awaitFinished(connection, queue, problems);
    }
    reply = child.stop();
    var cpuSeconds = child.cpuTime().minus(cpuBefore).toNanos() / 1e9;
    if (reply.calls() - reply.repeats() < items) {
      problems.add((items - reply.calls() + reply.repeats()) + " jobs were not run");
    }
    if (reply.repeats() > 0) problems.add(reply.repeats() + " jobs were run more than once");
    var seconds = Math.max(1, endMs - reply.firstCallMs()) / 1000.0;
    return new Trial.Result(items / seconds, seconds, cpuSeconds, Map.of(), List.copyOf(problems));
  }

  private static long awaitFinished(Connection connection, Queue queue, List<String> problems)
      throws SQLException, InterruptedException {
    var deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      var left = Postgres.count(connection, queue.unfinished());
      if (left == 0) return System.currentTimeMillis();
      if (System.nanoTime() > deadline) {
        problems.add(left + " jobs are still not finished");
        return System.currentTimeMillis();
      }
      Thread.sleep(20);
    }
  }

  private Report report(Plan plan, int items, List<Row> rows) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("phases", 1);
    settings.put("partitions", PARTITIONS);
    settings.put("workers", WORKERS);
    settings.put("items", items);
    settings.put("rounds", plan.roundsToRun());
    settings.put("postgres", Postgres.SETTINGS);
    var ratios = new LinkedHashMap<String, Double>();
    var goals = new ArrayList<Goal>();
    var ours = rows.getFirst();
    for (var row : rows.subList(1, rows.size())) {
      var ratio = ours.median(Throughput.RATE) / row.median(Throughput.RATE);
      var what = ours.name() + " / " + row.name();
      ratios.put(what, ratio);
      goals.add(Goal.atLeast(what, row.name().equals("jobrunr") ? 80 : 20, ratio));
    }
    return new Report(name(), settings, rows, ratios, goals);
  }
}
