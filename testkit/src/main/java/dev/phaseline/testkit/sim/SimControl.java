package dev.phaseline.testkit.sim;

import java.util.HashSet;
import java.util.Set;

/// Control settings so far, in the simulation. Lanes hear of it when they hear of it, but a lane
/// that starts knows all of it.
final class SimControl {
  /// The orders as a lane has them.
  ///
  /// @param paused whether the phase is paused
  /// @param cancelled the jobs that are cancelled
  record Orders(boolean paused, Set<Integer> cancelled) {
    static final Orders NONE = new Orders(false, Set.of());

    boolean cancels(SimItem item) {
      return cancelled.contains(item.job());
    }
  }

  private Orders now = Orders.NONE;

  Orders now() {
    return now;
  }

  void pause(boolean on) {
    now = new Orders(on, now.cancelled());
  }

  void cancel(int job) {
    var jobs = new HashSet<>(now.cancelled());
    jobs.add(job);
    now = new Orders(now.paused(), Set.copyOf(jobs));
  }
}
