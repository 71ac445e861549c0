package dev.phaseline.bench;

/// A question that can be asked by name.
interface Bench {
  String name();

  /// What it asks, in a line.
  String summary();

  /// Runs all rounds.
  ///
  /// @throws BenchException when the rig breaks
  Report run(Rig rig, Plan plan) throws InterruptedException;
}
