package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Sink;
import java.util.IdentityHashMap;

/// As long as the fate of a commit is unknown, its lane asks for no other.
final class KnownFateFirst implements Guarantee {
  private final IdentityHashMap<SimLane, Batch> unknown = new IdentityHashMap<>();

  @Override
  public String name() {
    return "known-fate-first";
  }

  @Override
  public void publishing(SimLane lane, Batch batch) {
    if (unknown.containsKey(lane)) {
      throw broken("lane " + lane.id + " commits before it knows whether it has committed");
    }
  }

  @Override
  public void answered(SimLane lane, Batch batch, Sink.Fate fate) {
    if (fate instanceof Sink.Fate.Unknown) unknown.put(lane, batch);
  }

  @Override
  public void recovered(SimLane lane, Batch batch, boolean known) {
    if (unknown.get(lane) != batch) throw broken("lane " + lane.id + " asks about another commit");
    if (known) unknown.remove(lane);
  }
}
