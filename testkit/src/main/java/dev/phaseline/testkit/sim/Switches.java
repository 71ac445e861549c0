package dev.phaseline.testkit.sim;

import java.util.SplittableRandom;

/// The switches between a lane's thread and its runners' in half of the histories: whether a runner
/// rests before it starts an attempt, and what runners do between two single steps of their lane.
/// Rolled with dice of its own, so that the other half is as it was without. Single-threaded.
final class Switches {
  private static final double SWITCHING = 0.3;
  private static final double RESTING = 0.1;
  private static final long REST_NANOS_MAX = 100_000L;

  /// Between two looks of a lane: how often handlers become quick or slow, as they say.
  private static final double TURNING = 0.02;

  private final SplittableRandom dice;
  private final boolean happen;
  private final SplittableRandom quickDice;
  private final boolean everQuick;
  private final boolean handlesFailures;

  /// @param quickDice for what handlers say of their speed, in another half of the histories
  /// @param failureDice for whether the phase has a failure handler, in a quarter of the histories
  Switches(SplittableRandom dice, SplittableRandom quickDice, SplittableRandom failureDice) {
    this.handlesFailures = failureDice.nextInt(4) == 0;
    this.dice = dice;
    this.happen = dice.nextBoolean();
    this.quickDice = quickDice;
    this.everQuick = quickDice.nextBoolean();
  }

  /// Whether handlers turn from slow to quick now, or back, in what they say.
  boolean turns() {
    return everQuick && quickDice.nextDouble() < TURNING;
  }

  /// Whether they say at first that they are quick.
  boolean areQuickAtFirst() {
    return everQuick;
  }

  /// Whether the phase has a failure handler.
  boolean handlesFailures() {
    return handlesFailures;
  }

  /// Whether a runner takes a step now.
  boolean now() {
    return happen && dice.nextDouble() < SWITCHING;
  }

  /// The number of one of so many runners.
  int below(int bound) {
    return dice.nextInt(bound);
  }

  /// The time that a runner rests before it starts an attempt; 0 when it does not.
  long restNanos() {
    return happen && dice.nextDouble() < RESTING ? dice.nextLong(1, REST_NANOS_MAX) : 0;
  }
}
