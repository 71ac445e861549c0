package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The growth of the cost with the number of phases, of partitions and of bytes: in a straight
/// line, it should turn out, so the cost of one step is nearly the same everywhere.
record Growth() implements Bench {
  private static final int CONCURRENCY = 16;
  private static final int PARTITIONS = 8;

  /// Items times phases, so that every case takes about as long.
  private static final int STEPS = 200_000;

  private static final int STEPS_QUICK = 30_000;
  private static final long BYTES_MAX = 200L << 20;
  private static final int MEMORY_PART = 5;
  private static final String MICROS = "µs/step";
  private static final String RATE = "steps/s";
  private static final String MIB = "MiB/s";

  /// One point of one of the lines.
  private record Case(String line, int phases, int partitions, int bytes) {
    String label() {
      return switch (line) {
        case "phases" -> phases + " phases";
        case "partitions" -> partitions + " partitions";
        default -> bytes + " bytes";
      };
    }

    int items(int steps) {
      return (int) Math.max(1, Math.min(steps / phases, BYTES_MAX / bytes));
    }
  }

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String summary() {
    return "1 to 30 phases, 1 to 64 partitions, 100 B to 100 KiB, and memory over many items";
  }

  private static List<Case> cases() {
    var out = new ArrayList<Case>();
    for (var phases : List.of(1, 3, 10, 30)) {
      out.add(new Case("phases", phases, PARTITIONS, Load.BYTES_DEFAULT));
    }
    for (var partitions : List.of(1, 8, 64)) {
      out.add(new Case("partitions", 1, partitions, Load.BYTES_DEFAULT));
    }
    for (var bytes : List.of(100, 1 << 10, 10 << 10, 100 << 10)) {
      out.add(new Case("bytes", 1, PARTITIONS, bytes));
    }
    return out;
  }

  @Override
  public List<Contenders> eligible() {
    return List.of(Contenders.PHASELINE);
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var steps = plan.itemsOr(STEPS, STEPS_QUICK);
    var cases = cases();
    var rows = new LinkedHashMap<Case, Row>();
    for (var one : cases) rows.put(one, new Row(one.label(), one.items(steps)));
    trial(rig, cases.get(1), steps).run(); // the warm-up
    plan.eachRound(
        rows,
        (round, one, row) -> {
          var result = trial(rig, one, steps).run();
          var perSecond = result.itemsPerSecond() * one.phases();
          row.add(MICROS, 1e6 / perSecond);
          row.add(RATE, perSecond);
          if (one.line().equals("bytes")) row.add(MIB, perSecond * one.bytes() / (1 << 20));
          row.addProblems(round, result.problems());
          plan.say(
              "round %d %s: %.0f steps/s %s", round + 1, one.label(), perSecond, result.problems());
        });
    var ratios = ratios(rows);
    var all = new ArrayList<>(rows.values());
    var memory = Memory.measure(rig, plan, steps * MEMORY_PART);
    all.addAll(memory);
    return new Report(name(), settings(plan, steps), all, ratios, Memory.goals(memory));
  }

  private static Trial trial(Rig rig, Case one, int steps) {
    var load = Load.of(one.items(steps)).withBytes(one.bytes());
    return new Trial(rig, Contenders.PHASELINE, one.phases(), CONCURRENCY, one.partitions(), load);
  }

  /// The cost of a step, beside the first point of the same line.
  private static LinkedHashMap<String, Double> ratios(Map<Case, Row> rows) {
    var out = new LinkedHashMap<String, Double>();
    var firsts = new LinkedHashMap<String, Double>();
    rows.forEach(
        (one, row) -> {
          var first = firsts.computeIfAbsent(one.line(), _ -> row.median(MICROS));
          out.put("µs/step at " + one.label() + " / at the least", row.median(MICROS) / first);
        });
    return out;
  }

  private static LinkedHashMap<String, Object> settings(Plan plan, int steps) {
    var out = new LinkedHashMap<String, Object>();
    out.put("steps", steps);
    out.put("partitions", PARTITIONS);
    out.put("bytes", Load.BYTES_DEFAULT);
    out.put("rounds", plan.roundsToRun());
    return out;
  }
}
