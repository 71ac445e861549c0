package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import java.util.List;

/// A question that can be asked by name.
interface Bench {
  String name();

  /// What it asks, in a line.
  String summary();

  /// Who can take part.
  List<Contenders> eligible();

  /// Runs all rounds.
  ///
  /// @throws BenchException when the rig breaks
  Report run(Rig rig, Plan plan) throws InterruptedException;
}
