package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Items put into a queue, claimed and deleted by 16 consumers, on one partition and on 8, beside
/// bare loops of Kafka's share consumer and beside the same queue in PostgreSQL; and how long
/// claims wait at 1,000 items a second.
record QueueRace() implements Bench {
  static final String NAME = "queue";

  private static final int CONSUMERS = 16;
  private static final int WAITING = 64;
  private static final int PER_SECOND = 1_000;
  private static final int ITEMS = 1_000_000;
  private static final int ITEMS_QUICK = 50_000;
  private static final int ROUNDS = 3;
  private static final int LATE_ITEMS = 10_000;
  private static final int LATE_ITEMS_QUICK = 2_000;
  private static final List<Integer> PARTITIONS = List.of(1, 8);
  private static final double BARE_MIN = 0.8;
  private static final double SQL_MIN = 5;

  /// A round in PostgreSQL has so much fewer items: it is as much slower.
  private static final int SQL_PART = 10;

  private static final String SQL = "queue in PostgreSQL";
  private static final double P99_MAX_MS = 50;
  private static final String PUT = "put/s";
  private static final String TAKEN = "claimed, deleted/s";
  private static final String P99 = "p99 ms";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "items put, claimed and deleted by 16 consumers, beside share consumers and PostgreSQL";
  }

  @Override
  public List<Contenders> eligible() {
    return List.of();
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var items = plan.itemsOr(ITEMS, ITEMS_QUICK);
    var rounds = plan.rounds() > 0 ? plan.rounds() : plan.quick() ? 1 : ROUNDS;
    var rows = new LinkedHashMap<String, Row>();
    for (var round = 0; round < rounds; round++) {
      var inSql = rows.computeIfAbsent(SQL, name -> new Row(name, items / SQL_PART));
      raceInSql(rig, inSql, round);
      plan.say("round %d, %s: %s", round + 1, SQL, inSql.lastOf(TAKEN));
      for (int partitions : PARTITIONS) {
        for (var isBare : List.of(true, false)) {
          var name = (isBare ? "share consumer" : "queue") + ", partitions " + partitions;
          var row = rows.computeIfAbsent(name, _ -> new Row(name, items));
          race(rig, row, round, isBare, partitions);
          plan.say("round %d, %s: %s", round + 1, name, row.lastOf(TAKEN));
        }
      }
    }
    var late = new Row(WAITING + " waiting, " + PER_SECOND + "/s", 0);
    wait(rig, late, plan.quick() ? LATE_ITEMS_QUICK : LATE_ITEMS);
    rows.put(late.name(), late);
    return new Report(
        NAME, settings(items, rounds), List.copyOf(rows.values()), ratios(rows), goals(rows, late));
  }

  private static Map<String, Object> settings(int items, int rounds) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("items", items);
    settings.put("bytes", QueueFlow.BYTES);
    settings.put("consumers", CONSUMERS);
    settings.put("batch", QueueFlow.BATCH);
    settings.put("rounds", rounds);
    return settings;
  }

  private static Map<String, Double> ratios(Map<String, Row> rows) {
    var ratios = new LinkedHashMap<String, Double>();
    for (int partitions : PARTITIONS) {
      var ours = rows.get("queue, partitions " + partitions);
      var bare = rows.get("share consumer, partitions " + partitions);
      if (ours == null || bare == null) continue;
      ratios.put(
          "queue / share consumer, partitions " + partitions,
          ours.median(TAKEN) / bare.median(TAKEN));
      var inSql = rows.get(SQL);
      if (inSql == null) continue;
      ratios.put("queue, partitions " + partitions + " / " + SQL, whole(ours) / whole(inSql));
    }
    return ratios;
  }

  /// Items put, claimed and deleted in a second, one after the other.
  private static double whole(Row row) {
    return 1 / (1 / row.median(PUT) + 1 / row.median(TAKEN));
  }

  private static List<Goal> goals(Map<String, Row> rows, Row late) {
    var goals = new ArrayList<Goal>();
    ratios(rows)
        .forEach(
            (what, ratio) ->
                goals.add(Goal.atLeast(what, what.endsWith(SQL) ? SQL_MIN : BARE_MIN, ratio)));
    goals.add(Goal.atMost("claim, " + P99, P99_MAX_MS, late.median(P99)));
    return goals;
  }

  private static void race(Rig rig, Row row, int round, boolean isBare, int partitions)
      throws InterruptedException {
    try (var flow = QueueFlow.open(rig, partitions)) {
      row.add(PUT, flow.put(row.items()));
      var rate = isBare ? flow.takeBare(row.items(), CONSUMERS) : flow.take(row.items(), CONSUMERS);
      row.add(TAKEN, rate);
      row.addProblems(round, flow.problems(row.items()));
    }
  }

  private static void raceInSql(Rig rig, Row row, int round) throws InterruptedException {
    try (var postgres = Postgres.start(rig.folder());
        var flow = QueueFlow.open(postgres)) {
      row.add(PUT, flow.put(row.items()));
      row.add(TAKEN, flow.take(row.items(), CONSUMERS));
      row.addProblems(round, flow.problems(row.items()));
    } catch (IOException failed) {
      throw new BenchException("PostgreSQL did not start or stop: " + failed.getMessage(), failed);
    }
  }

  private static void wait(Rig rig, Row row, int items) throws InterruptedException {
    try (var flow = QueueFlow.open(rig, 1)) {
      var late = flow.latencies(items, PER_SECOND, WAITING);
      row.add("p50 ms", late.at(50) / 1e6);
      row.add(P99, late.at(99) / 1e6);
      row.add("max ms", late.at(100) / 1e6);
    }
  }
}
