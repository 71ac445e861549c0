package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/// The items a second of each contender, side by side.
///
/// @param name the bench's name
/// @param summary what it asks
/// @param shape what is run
/// @param entrants who takes part, ours first
/// @param goals what should come out
record Throughput(
    String name,
    String summary,
    Shape shape,
    List<Entrant> entrants,
    Function<Report, List<Goal>> goals)
    implements Bench {
  static final String RATE = "items/s";
  private static final String CPU = "CPU µs/item";

  private static final int PARTITIONS = 8;

  /// The shape of a run.
  ///
  /// @param phases how many
  /// @param waitMs how long each handler waits
  /// @param items in a full round
  /// @param quickItems in a quick round
  record Shape(int phases, int waitMs, int items, int quickItems) {}

  @Override
  public List<Contenders> eligible() {
    return Contenders.onKafka();
  }

  @Override
  public Report run(Rig rig, Plan plan) throws InterruptedException {
    var taking = taking(plan);
    var items = plan.itemsOr(shape.items, shape.quickItems);
    var rows = new LinkedHashMap<Entrant, Row>();
    for (var entrant : taking) rows.put(entrant, new Row(label(entrant), entrant.items(items)));
    for (var entrant : taking) {
      // The warm-up: a third of a round that nobody reads.
      var warm = trial(rig, entrant, Math.max(1, entrant.items(items) / 3)).run();
      plan.say("warm-up %s: %.0f items/s", label(entrant), warm.itemsPerSecond());
    }
    plan.eachRound(
        rows,
        (round, entrant, row) -> {
          var result = trial(rig, entrant, entrant.items(items)).run();
          row.add(RATE, result.itemsPerSecond());
          row.add(CPU, result.cpuSeconds() * 1e6 / entrant.items(items));
          row.addProblems(round, result.problems());
          plan.say(
              "round %d %s: %.0f items/s in %.1f s, %s %s",
              round + 1,
              label(entrant),
              result.itemsPerSecond(),
              result.seconds(),
              row.lastOf(CPU),
              result.problems());
        });
    return report(plan, items, List.copyOf(rows.values()));
  }

  private List<Entrant> taking(Plan plan) {
    if (plan.contenders().isEmpty()) return entrants;
    var out = new ArrayList<Entrant>();
    for (var who : plan.contenders()) {
      var known = entrants.stream().filter(entrant -> entrant.who() == who).toList();
      if (known.isEmpty()) {
        out.add(Entrant.of(who, entrants.getFirst().concurrency()));
      } else {
        out.addAll(known);
      }
    }
    return out;
  }

  private Trial trial(Rig rig, Entrant entrant, int items) {
    var load = Load.of(items).withWaitMs(shape.waitMs);
    return new Trial(rig, entrant.who(), shape.phases, entrant.concurrency(), PARTITIONS, load);
  }

  /// The contender's name; with the concurrency, where the bench has one contender with several.
  private String label(Entrant entrant) {
    var several = entrants.stream().filter(other -> other.who() == entrant.who()).count() > 1;
    var label = entrant.who().label();
    return several ? label + "@" + entrant.concurrency() : label;
  }

  private Report report(Plan plan, int items, List<Row> rows) {
    var settings = new LinkedHashMap<String, Object>();
    settings.put("phases", shape.phases);
    settings.put("partitions", PARTITIONS);
    settings.put("items", items);
    settings.put("bytes", Load.BYTES_DEFAULT);
    settings.put("waitMs", shape.waitMs);
    settings.put("rounds", plan.roundsToRun());
    settings.put("warmUpItems", items / 3);
    var bare = new Report(name, settings, rows, ratios(rows), List.of());
    return new Report(name, settings, rows, bare.ratios(), goals.apply(bare));
  }

  /// Everyone of ours by everyone else.
  private static Map<String, Double> ratios(List<Row> rows) {
    var out = new LinkedHashMap<String, Double>();
    for (var ours : rows) {
      if (!isOurs(ours)) continue;
      for (var other : rows) {
        if (other == ours) continue;
        if (isOurs(other) && rows.indexOf(other) < rows.indexOf(ours)) continue;
        out.put(ours.name() + " / " + other.name(), ours.median(RATE) / other.median(RATE));
      }
    }
    return out;
  }

  private static boolean isOurs(Row row) {
    return row.name().startsWith(Contenders.PHASELINE.label());
  }
}
