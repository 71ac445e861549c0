package dev.phaseline.bench;

import dev.phaseline.bench.contender.Contenders;
import java.util.List;

/// A question that can be asked by name.
interface Bench {
  String name();

  /// The question of the bench, in a line.
  String summary();

  /// The contenders that can take part.
  List<Contenders> eligible();

  /// Runs all rounds.
  ///
  /// @throws BenchException when the rig breaks
  Report run(Rig rig, Plan plan) throws InterruptedException;
}
