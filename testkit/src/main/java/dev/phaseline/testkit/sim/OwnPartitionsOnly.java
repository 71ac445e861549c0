package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Batch;

/// A lane commits for no partition but those that it was given and that were not taken from it, and
/// no result but those that were made since it was given them. The broker does not check.
final class OwnPartitionsOnly implements Guarantee {

  @Override
  public String name() {
    return "own-partitions-only";
  }

  @Override
  public void publishing(SimLane lane, Batch batch) {
    for (var partition : batch.offsets().keySet()) {
      if (lane.tenure(partition) == null) {
        throw broken("lane " + lane.id + " commits p" + partition + ", which is not its own");
      }
    }
  }

  @Override
  public void decided(SimTransactions.Transaction transaction) {
    for (var made : transaction.made()) {
      var run = made.run();
      if (run == null) continue;
      if (run.course.tenure.lane != transaction.lane()) {
        throw broken(run + " was made by another lane");
      }
      if (run.abandoned) throw broken(run + " was given up, and its late result is published");
    }
  }

  @Override
  public void drained(Tenure.Run run) {
    if (run.abandoned) return;
    if (!run.course.tenure.open) throw broken(run + " counts, but its partition has gone");
  }
}
