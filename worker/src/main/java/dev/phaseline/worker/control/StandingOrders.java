package dev.phaseline.worker.control;

import dev.phaseline.schemas.control.RunState;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Set;

/// Operators' settings for one phase of this worker. Immutable.
///
/// @param run whether it works
/// @param because who said so and why, in words; empty while it runs
/// @param permits how many handlers run at once here; 0 for what the placement says
/// @param cancelled the ids of its pipeline's cancelled jobs
public record StandingOrders(RunState run, String because, int permits, Set<String> cancelled) {
  public static final StandingOrders NONE = new StandingOrders(RunState.RUNNING, "", 0, Set.of());

  /// Settings of a phase as a whole: a pause that one of its lanes has not come to does not hold it
  /// yet, and one that a lane is out of no longer does.
  ///
  /// @param lanes what each of them obeys; at least one
  public static StandingOrders ofAll(Collection<StandingOrders> lanes) {
    return Collections.min(lanes, Comparator.comparing(StandingOrders::run));
  }

  public boolean isPaused() {
    return run != RunState.RUNNING;
  }

  public boolean isDrained() {
    return run == RunState.DRAINED;
  }
}
