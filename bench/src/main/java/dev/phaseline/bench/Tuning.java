package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The worth of a concurrency that is found beside fixed ones, where handlers only wait and where
/// what they wait for serves fifty at once. Each round begins with a worker that knows nothing, so
/// the time to find the number is in the figures.
record Tuning() implements Bench {
  private static final int PARTITIONS = 8;
  private static final int WAIT_MS = 10;
  private static final int SERVED = 50;
  private static final int LOW = 16; // a phase that nobody has configured
  private static final int HIGH = 500; // found by trying, for handlers that only wait

  /// A load and how it is met.
  ///
  /// @param who the contender
  /// @param concurrency handlers at once; at the most, where it is found
  /// @param servedAtOnce by what handlers wait for; 0: all
  /// @param share of the items, so that the slow ones don't take all the time
  private record Case(Contenders who, int concurrency, int servedAtOnce, double share) {
    String label() {
      var at = who == Contenders.PHASELINE_AUTO ? "auto" : Integer.toString(concurrency);
      return at + (servedAtOnce == 0 ? ", only waiting" : ", " + servedAtOnce + " are served");
    }

    Load load(int items) {
      return Load.of(Math.max(1, (int) (items * share)))
          .withWaitMs(WAIT_MS)
          .withServedAtOnce(servedAtOnce);
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(Contenders.PHASELINE_AUTO, HIGH, 0, 1),
          new Case(Contenders.PHASELINE, HIGH, 0, 1),
          new Case(Contenders.PHASELINE, LOW, 0, 0.1),
          new Case(Contenders.PHASELINE_AUTO, HIGH, SERVED, 0.3),
          new Case(Contenders.PHASELINE, HIGH, SERVED, 0.3),
          new Case(Contenders.PHASELINE, LOW, SERVED, 0.1));

  @Override
  public String name() {
    return "tuning";
  }

  @Override
  public String summary() {
    return "1 phase of 10 ms of waiting: the concurrency that is found beside fixed ones";
  }

  @Override
  public List<Contenders> eligible() {
    return List.of(Contenders.PHASELINE, Contenders.PHASELINE_AUTO);
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var items = plan.itemsOr(200_000, 60_000);
    var rows = new LinkedHashMap<Case, Row>();
    for (var one : CASES) rows.put(one, new Row(one.label(), one.load(items).items()));
    for (var who : eligible()) {
      var warm = CASES.stream().filter(one -> one.who() == who).findFirst().orElseThrow();
      trial(rig, warm, Math.max(1, items / 3)).run();
    }
    plan.eachRound(
        rows,
        (round, one, row) -> {
          var result = trial(rig, one, items).run();
          row.add(Throughput.RATE, result.itemsPerSecond());
          row.add("handler ms", result.figures().getOrDefault(Work.HANDLER_MS, Double.NaN));
          row.addProblems(round, result.problems());
          plan.say(
              "round %d %s: %.0f items/s, %s %s",
              round + 1,
              one.label(),
              result.itemsPerSecond(),
              row.lastOf("handler ms"),
              result.problems());
        });
    return report(plan, items, List.copyOf(rows.values()));
  }

  private static Trial trial(Rig rig, Case one, int items) {
    return new Trial(rig, one.who(), 1, one.concurrency(), PARTITIONS, one.load(items));
  }

  private Report report(Plan plan, int items, List<Row> rows) {
    var settings =
        Map.<String, Object>of(
            "partitions", PARTITIONS,
            "items", items,
            "waitMs", WAIT_MS,
            "servedAtOnce", SERVED,
            "autoMost", HIGH,
            "rounds", plan.roundsToRun());
    var ratios = new LinkedHashMap<String, Double>();
    for (var i = 0; i < rows.size(); i += 3) {
      var auto = rows.get(i);
      for (var fixed : rows.subList(i + 1, i + 3)) {
        var ratio = auto.median(Throughput.RATE) / fixed.median(Throughput.RATE);
        ratios.put(auto.name() + " / " + fixed.name(), ratio);
      }
    }
    return new Report(name(), settings, rows, ratios, new ArrayList<>());
  }
}
