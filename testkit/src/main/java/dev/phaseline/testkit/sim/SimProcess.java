package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.TrialGate;
import java.util.ArrayList;
import java.util.List;

/// A process with its lanes. It may freeze, and it may die at any moment, with all that is in it.
final class SimProcess {
  /// The handling of the place of a process that has died.
  interface Supervisor {
    /// Called at the death of a process.
    void died(SimProcess process);
  }

  final int place;
  final TrialGate gate = new TrialGate();
  private final World world;
  private final Books books;
  private final Supervisor supervisor;
  private final List<SimLane> lanes = new ArrayList<>();
  private long frozenUntil;
  private boolean dead;

  /// @param place which of the places this one fills: its name, by which its producers are known
  SimProcess(int place, World world, Books books, Supervisor supervisor) {
    this.place = place;
    this.world = world;
    this.books = books;
    this.supervisor = supervisor;
  }

  void add(SimLane lane) {
    lanes.add(lane);
  }

  List<SimLane> lanes() {
    return lanes;
  }

  void freeze(long nanos) {
    world.note("freezes", place, -1, -1, -1);
    frozenUntil = Math.max(frozenUntil, world.now() + nanos);
  }

  void thaw() {
    frozenUntil = world.now();
  }

  boolean isFrozen() {
    return world.now() < frozenUntil;
  }

  /// The time that it stays frozen.
  long frozenFor() {
    return Math.max(1, frozenUntil - world.now());
  }

  boolean isDead() {
    return dead;
  }

  /// The end, without any last words.
  void die(String why, int lane, SimItem... item) {
    if (dead) return;
    if (item.length == 0) world.note(why, lane, -1, -1, -1);
    else world.note(why, lane, item[0].partition(), item[0].offset(), -1);
    books.tell(guarantee -> guarantee.died(this));
    dead = true;
    for (var each : lanes) each.die();
    supervisor.died(this);
  }

  /// Stops in order.
  void close(long withinNanos) {
    for (var each : lanes) each.close(withinNanos);
  }

  /// A lane has let go of everything; the process ends with the last.
  void laneHasEnded(SimLane lane) {
    lane.die();
    for (var each : lanes) if (!each.isDead()) return;
    dead = true;
    supervisor.died(this);
  }
}
