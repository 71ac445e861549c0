package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// All benches there are.
final class Benches {
  /// As in a phase that nobody has configured.
  private static final int CONCURRENCY = 16;

  /// Enough for a thread pool to keep two cores busy with work that doesn't wait.
  private static final int PEER_THREADS = 16;

  private Benches() {}

  static List<Bench> all() {
    return List.of(
        chain(),
        hop(),
        slow(),
        new Tuning(),
        new Latency(),
        new Straggler(),
        eosCost(),
        new Growth(),
        new Memory(),
        new Restart(),
        new Jobs(),
        new Timers(),
        new Schedules(),
        new Tracking(),
        new Commands(),
        new QueueRace(),
        new Outboxes());
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
            Entrant.of(Contenders.STREAMS, CONCURRENCY),
            Entrant.of(Contenders.SPRING_TUNED, CONCURRENCY),
            Entrant.of(Contenders.PARALLEL_KEY, PEER_THREADS).withShare(0.05)),
        report -> ratioGoals(report, "phaseline / hand-written-tuned", 0.9));
  }

  private static Bench slow() {
    return new Throughput(
        "slow",
        "1 phase of 10 ms of waiting, up to 500 at once, exactly once",
        new Throughput.Shape(1, 10, 50_000, 10_000),
        List.of(
            Entrant.of(Contenders.PHASELINE, 500),
            Entrant.of(Contenders.PHASELINE, 100),
            Entrant.of(Contenders.PHASELINE_UNORDERED, 500),
            Entrant.of(Contenders.PARALLEL_KEY, 500),
            Entrant.of(Contenders.PARALLEL_UNORDERED, 500)),
        report -> {
          var goals = ratioGoals(report, "phaseline@500 / parallel-key", 5.0);
          report.rows().stream()
              .filter(row -> row.name().equals("phaseline@100"))
              .forEach(
                  row ->
                      goals.add(
                          Goal.atLeast(
                              "phaseline@100, items/s / the ideal 10,000",
                              0.85,
                              row.median(Throughput.RATE) / 10_000)));
          return goals;
        });
  }

  private static Bench eosCost() {
    return new Throughput(
        "eos-cost",
        "3 phases that do nothing, with transactions and without: what exactly-once costs",
        new Throughput.Shape(3, 0, 400_000, 150_000),
        List.of(
            Entrant.of(Contenders.PHASELINE, CONCURRENCY),
            Entrant.of(Contenders.PHASELINE_AT_LEAST_ONCE, CONCURRENCY)),
        report -> ratioGoals(report, "phaseline / phaseline-at-least-once", 0.85));
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
