package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Progress;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// Committed offsets never go back, their sequence numbers strictly grow, and their metadata fits
/// and means the same to whoever reads it. "Clean" is only said by an owner that lets go in order.
final class FrontierForward implements Guarantee {
  private static final int CHARS_MAX = 4_000;

  private final Books books;
  private final Set<Tenure> leaving = new HashSet<>();

  FrontierForward(Books books) {
    this.books = books;
  }

  @Override
  public String name() {
    return "frontier-forward";
  }

  @Override
  public void publishing(SimLane lane, Batch batch) {
    batch
        .offsets()
        .forEach(
            (partition, committed) -> {
              if (committed.metadata().length() > CHARS_MAX) {
                throw broken("metadata has " + committed.metadata().length() + " characters");
              }
              var progress = SimTransactions.read(committed);
              if (!progress.encode().equals(committed.metadata())) {
                throw broken("metadata does not mean what it says: " + progress);
              }
              if (progress.clean()) saysClean(lane, partition, progress);
            });
  }

  private void saysClean(SimLane lane, int partition, Progress progress) {
    var tenure = lane.tenure(partition);
    if (tenure == null || !leaving.contains(tenure)) {
      throw broken("p" + partition + " is said to be let go, and is not: " + progress);
    }
    if (lane.drainIsOver()) return;
    for (var course : tenure.courses.values()) {
      if (course.active != null) {
        throw broken("p" + partition + " is said to be let go while " + course + " runs");
      }
    }
  }

  @Override
  public void revoking(SimLane lane, Collection<Tenure> tenures) {
    leaving.addAll(tenures);
  }

  @Override
  public void revoked(SimLane lane, Collection<Tenure> tenures) {
    leaving.removeAll(tenures);
  }

  @Override
  public void decided(SimTransactions.Transaction transaction) {
    transaction
        .progress()
        .forEach(
            (partition, progress) -> {
              var before = books.committed(partition);
              if (progress.frontier() < before.frontier()) {
                throw broken("p" + partition + " goes back: " + before + " to " + progress);
              }
              if (progress.seq() <= before.seq()) {
                throw broken("p" + partition + " counts back: " + before + " to " + progress);
              }
            });
  }
}
