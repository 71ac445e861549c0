package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.CommitGroup;
import dev.phaseline.core.engine.LaneLog;
import java.util.IdentityHashMap;

/// As long as the fate of a commit is unknown, its lane asks for no other.
final class KnownFateFirst implements Guarantee {
  private final IdentityHashMap<SimLane, CommitGroup> unknown = new IdentityHashMap<>();

  @Override
  public String name() {
    return "known-fate-first";
  }

  @Override
  public void publishing(SimLane lane, CommitGroup group) {
    if (unknown.containsKey(lane)) {
      throw broken("lane " + lane.id + " commits before it knows whether it has committed");
    }
  }

  @Override
  public void answered(SimLane lane, CommitGroup group, LaneLog.Fate fate) {
    if (fate instanceof LaneLog.Fate.Unknown) unknown.put(lane, group);
  }

  @Override
  public void recovered(SimLane lane, CommitGroup group, boolean known) {
    if (unknown.get(lane) != group) throw broken("lane " + lane.id + " asks about another commit");
    if (known) unknown.remove(lane);
  }
}
