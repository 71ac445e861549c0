package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Sink;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// A result is kept until its commit is known: its handler is not run again while the partition
/// stays, and an owner that lets go in order commits what it has first.
final class ResultsKept implements Guarantee {
  private final Set<SimLane> troubled = new HashSet<>(); // a commit did not come through

  private final Set<SimLane> leaving = new HashSet<>();

  @Override
  public String name() {
    return "results-kept";
  }

  @Override
  public void started(Tenure.Run run) {
    if (run.course.settled) throw broken(run + " starts, but the item has its result");
  }

  @Override
  public void answered(SimLane lane, Batch batch, Sink.Fate fate) {
    if (!(fate instanceof Sink.Fate.Done)) troubled.add(lane);
    else if (!leaving.contains(lane)) troubled.remove(lane);
  }

  @Override
  public void revoking(SimLane lane, Collection<Tenure> tenures) {
    leaving.add(lane);
  }

  @Override
  public void revoked(SimLane lane, Collection<Tenure> tenures) {
    leaving.remove(lane);
    if (troubled.contains(lane) || lane.isWide()) return;
    for (var tenure : tenures) {
      for (var course : tenure.courses.values()) {
        if (course.settled && course.held) {
          throw broken(course + " had its result, and was let go without it");
        }
      }
    }
  }
}
