package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All benches there are.
final class Benches {
  /// As in a phase that nobody has configured.
  private static final int CONCURRENCY = 16;

  private Benches() {}

  static List<Bench> all() {
    return List.of(chain(), hop(), new Latency());
  }

  static Optional<Bench> find(String name) {
    return all().stream().filter(bench -> bench.name().equals(name)).findFirst();
  }

  static List<String> names() {
    return all().stream().map(Bench::name).toList();
  }

  private static Bench chain() {
    return new Throughput(
        "chain",
        "3 phases that do nothing, exactly once: what the machinery costs",
        new Throughput.Shape(3, 0, 300_000, 100_000),
        List.of(
            Entrant.of(Contenders.PHASELINE, CONCURRENCY),
            Entrant.of(Contenders.HAND_WRITTEN_TUNED, CONCURRENCY),
            Entrant.of(Contenders.STREAMS, CONCURRENCY)),
        report ->
            ratioGoals(report, "phaseline / hand-written-tuned", 1.0, "phaseline / streams", 1.6));
  }

  private static Bench hop() {
    return new Throughput(
        "hop",
        "1 phase that does nothing, exactly once",
        new Throughput.Shape(1, 0, 600_000, 200_000),
        List.of(
            Entrant.of(Contenders.PHASELINE, CONCURRENCY),
            Entrant.of(Contenders.HAND_WRITTEN_TUNED, CONCURRENCY),
            Entrant.of(Contenders.STREAMS, CONCURRENCY)),
        report -> ratioGoals(report, "phaseline / hand-written-tuned", 0.9));
  }

  /// Goals for the ratios that this run has: `name, bound, name, bound, ...`.
  private static List<Goal> ratioGoals(Report report, Object... pairs) {
    var out = new ArrayList<Goal>();
    for (var i = 0; i < pairs.length; i += 2) {
      var ratio = report.ratios().get((String) pairs[i]);
      if (ratio != null) out.add(Goal.atLeast((String) pairs[i], (Double) pairs[i + 1], ratio));
    }
    return out;
  }
}
