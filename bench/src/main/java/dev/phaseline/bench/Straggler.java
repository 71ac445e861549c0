package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// One item that takes a minute among 100,000 that take a millisecond, first on their one
/// partition: the others should finish as if it weren't there.
record Straggler() implements Bench {
  private static final int CONCURRENCY = 64;
  private static final int ITEMS = 100_000;
  private static final int ITEMS_QUICK = 30_000;
  private static final int WAIT_MS = 1;
  private static final int STRAGGLER_MS = 60_000;
  private static final int STRAGGLER_QUICK_MS = 10_000;
  private static final String SECONDS = "s for the others";

  @Override
  public String name() {
    return "straggler";
  }

  @Override
  public String summary() {
    return "one item of 60 s among 100,000 quick ones on one partition";
  }

  /// One contender with or without the straggler.
  private record Case(Contenders who, int stragglerMs) {
    String label() {
      return who.label() + (stragglerMs > 0 ? ", with" : ", without");
    }
  }

  @Override
  public List<Contenders> eligible() {
    return Contenders.onKafka();
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var everyone = plan.contenders().isEmpty() ? List.of(Contenders.PHASELINE) : plan.contenders();
    var items = plan.itemsOr(ITEMS, ITEMS_QUICK);
    var stragglerMs = plan.quick() ? STRAGGLER_QUICK_MS : STRAGGLER_MS;
    var cases = new ArrayList<Case>();
    for (var who : everyone) {
      cases.add(new Case(who, 0));
      cases.add(new Case(who, stragglerMs));
    }
    var rows = new LinkedHashMap<Case, Row>();
    for (var one : cases) rows.put(one, new Row(one.label(), items));
    for (var who : everyone) trial(rig, new Case(who, 0), Math.max(1, items / 3)).run();
    plan.eachRound(
        rows,
        (round, one, row) -> {
          var result = trial(rig, one, items).run();
          row.add(SECONDS, result.seconds());
          row.addProblems(round, result.problems());
          plan.say(
              "round %d %s: %.2f s %s",
              round + 1, one.label(), result.seconds(), result.problems());
        });
    return report(plan, items, stragglerMs, List.copyOf(rows.values()));
  }

  private static Trial trial(Rig rig, Case one, int items) {
    var load = Load.of(items).withWaitMs(WAIT_MS).withStragglerMs(one.stragglerMs());
    return new Trial(rig, one.who(), 1, CONCURRENCY, 1, load);
  }

  private Report report(Plan plan, int items, int stragglerMs, List<Row> rows) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("partitions", 1);
    settings.put("concurrency", CONCURRENCY);
    settings.put("items", items);
    settings.put("waitMs", WAIT_MS);
    settings.put("stragglerMs", stragglerMs);
    settings.put("rounds", plan.roundsToRun());
    var ratios = new LinkedHashMap<String, Double>();
    var goals = new ArrayList<Goal>();
    for (var i = 0; i + 1 < rows.size(); i += 2) {
      var ratio = rows.get(i + 1).median(SECONDS) / rows.get(i).median(SECONDS);
      var what = rows.get(i + 1).name() + " / without";
      ratios.put(what, ratio);
      if (what.startsWith(Contenders.PHASELINE.label())) goals.add(Goal.atMost(what, 1.1, ratio));
    }
    return new Report(name(), settings, rows, ratios, goals);
  }
}
