package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The time that an item takes through three phases, at 1,000 items a second that come whether or
/// not anyone keeps up. Latency counts from when an item was due until a reader of committed
/// records holds it.
record Latency() implements Bench {
  private static final int PHASES = 3;
  private static final int PARTITIONS = 8;
  private static final int CONCURRENCY = 16;
  private static final int PER_SECOND = 1_000;
  private static final int WARM_UP_S = 5;

  /// As fast as it goes, to have compiled what will be compiled: at this rate it would take
  /// minutes.
  private static final int COLD_ITEMS = 300_000;

  private static final int ITEMS = 15_000;
  private static final int ITEMS_QUICK = 2_000;
  private static final List<Contenders> EVERYONE =
      List.of(
          Contenders.PHASELINE,
          Contenders.HAND_WRITTEN_TUNED,
          Contenders.STREAMS,
          Contenders.STREAMS_TUNED,
          Contenders.SPRING_TUNED);

  @Override
  public String name() {
    return "latency";
  }

  @Override
  public String summary() {
    return "1,000 items/s, open-loop, through 3 phases: how long each takes";
  }

  @Override
  public List<Contenders> eligible() {
    return Contenders.onKafka();
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var everyone = plan.contenders().isEmpty() ? EVERYONE : plan.contenders();
    var items = plan.itemsOr(ITEMS, ITEMS_QUICK);
    var rows = new LinkedHashMap<Contenders, Row>();
    for (var who : everyone) rows.put(who, new Row(who.label(), items));
    for (var who : everyone) {
      // The warm-up: what a JVM and a broker do for the first time takes seconds.
      var cold = Load.of(plan.quick() ? ITEMS_QUICK : COLD_ITEMS);
      var _ = new Trial(rig, who, PHASES, CONCURRENCY, PARTITIONS, cold).run();
      measure(rig, who, 1_000, new Row(who.label(), 0), 0);
      plan.say("warm-up %s", who.label());
    }
    plan.eachRound(
        rows,
        (round, who, row) -> {
          measure(rig, who, items, row, round);
          plan.say("round %d %s: %s", round + 1, who.label(), row.lastOf("p99 ms"));
        });
    return report(plan, items, List.copyOf(rows.values()));
  }

  private static void measure(Rig rig, Contenders who, int items, Row row, int round)
      throws InterruptedException {
    var course = rig.course(PHASES, CONCURRENCY, PARTITIONS);
    var warmUp = WARM_UP_S * PER_SECOND;
    var child = rig.child(who);
    try (var flow = new Flow(course, who.isOurs(), PARTITIONS, Load.of(warmUp + items))) {
      child.run(course);
      flow.awaitFirst();
      flow.start(PER_SECOND);
      flow.awaitSent();
      flow.awaitAll(Duration.ofSeconds(60));
      child.report();
      child.stop();
      row.addProblems(round, flow.finish());
      var latencies = flow.latencies(warmUp, warmUp + items);
      row.add("p50 ms", latencies.at(50) / 1e6);
      row.add("p99 ms", latencies.at(99) / 1e6);
      row.add("p99.9 ms", latencies.at(99.9) / 1e6);
    }
    rig.drop(course);
  }

  private Report report(Plan plan, int items, List<Row> rows) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("phases", PHASES);
    settings.put("partitions", PARTITIONS);
    settings.put("itemsPerSecond", PER_SECOND);
    settings.put("items", items);
    settings.put("coldItems", plan.quick() ? ITEMS_QUICK : COLD_ITEMS);
    settings.put("warmUpItems", WARM_UP_S * PER_SECOND);
    settings.put("bytes", Load.BYTES_DEFAULT);
    settings.put("rounds", plan.roundsToRun());
    var ratios = new LinkedHashMap<String, Double>();
    var goals = new ArrayList<Goal>();
    for (var figure : List.of("p50 ms", "p99 ms")) {
      var best = best(rows, figure);
      ratios.putAll(ratios(rows, figure));
      if (Double.isNaN(best)) continue;
      var bound = figure.startsWith("p50") ? 0.5 : 0.6;
      var ours = rows.getFirst().median(figure);
      goals.add(Goal.atMost(figure + ", ours / the best peer's", bound, ours / best));
    }
    return new Report(name(), settings, rows, ratios, goals);
  }

  private static Map<String, Double> ratios(List<Row> rows, String figure) {
    var out = new LinkedHashMap<String, Double>();
    var ours = rows.getFirst();
    for (var other : rows.subList(1, rows.size())) {
      out.put(
          figure + ": " + ours.name() + " / " + other.name(),
          ours.median(figure) / other.median(figure));
    }
    return out;
  }

  /// The least of the peers' medians; NaN when there is no peer, or ours isn't there to compare.
  private static double best(List<Row> rows, String figure) {
    if (!rows.getFirst().name().equals(Contenders.PHASELINE.label())) return Double.NaN;
    return rows.subList(1, rows.size()).stream()
        .mapToDouble(row -> row.median(figure))
        .min()
        .orElse(Double.NaN);
  }
}
