package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Failure;
import java.util.HashMap;
import java.util.Map;

/// An item that was running when its process died twice runs alone from then on, and only after a
/// commit that charges it; so a record that kills processes is dead after a bounded number of
/// crashes, and nobody else is.
final class PoisonAlone implements Guarantee {
  private final Books books;
  private final int crashesAloneMax;
  private final Map<Item, Integer> deaths = new HashMap<>(); // of processes, while it ran
  private final Map<Item, Integer> charged = new HashMap<>(); // times, in a row

  PoisonAlone(Books books, Scenario scenario) {
    this.books = books;
    this.crashesAloneMax = scenario.settings().crashesAloneMax();
  }

  @Override
  public String name() {
    return "poison-alone";
  }

  @Override
  public void started(Tenure.Run run) {
    if (run.course.tenure.lane.isStale()) return; // it can't know what its successor went through
    var suspect = isSuspect(run.item());
    for (var lane : run.course.tenure.lane.process.lanes()) {
      var same = lane == run.course.tenure.lane;
      for (var other : lane.handlers().running()) {
        if (other.abandoned || other.course == run.course) continue;
        if (suspect && (same || isSuspect(other.item()))) {
          throw broken(run + " should run alone, but runs beside " + other);
        }
        if (same && isSuspect(other.item())) throw broken(run + " runs beside suspect " + other);
      }
    }
    if (!suspect) return;
    var said = run.course.tenure.said;
    if (said == null || said.suspect() != run.item().offset()) {
      throw broken(run + " has seen processes die and is not charged: " + said);
    }
    if (charges(run.item()) > crashesAloneMax) {
      throw broken(run + " starts again after " + crashesAloneMax + " crashes alone");
    }
  }

  private boolean isSuspect(Item item) {
    return deaths.getOrDefault(item, 0) >= 2;
  }

  private int charges(Item item) {
    return charged.getOrDefault(item, 0);
  }

  @Override
  public void died(SimProcess process) {
    for (var lane : process.lanes()) {
      if (lane.isStale()) continue; // its successors have counted it when it was expelled
      for (var run : lane.handlers().running()) {
        var tenure = run.course.tenure;
        // what still runs after it was let go in order is nobody's: the limit of this guarantee
        var letGo = tenure.said != null && tenure.said.clean();
        if (!run.abandoned && tenure.open && !letGo) deaths.merge(run.item(), 1, Integer::sum);
      }
    }
  }

  /// An owner that charges an item and does not let go in order looks, for its successor, as if it
  /// had died of it. One that lets go in order says that nothing is to be suspected any more. There
  /// is room for one suspect: when another is charged, the count starts again.
  @Override
  public void decided(SimTransactions.Transaction transaction) {
    transaction
        .progress()
        .forEach(
            (partition, progress) -> {
              var items = books.topic().of(partition);
              if (progress.clean()) items.forEach(this::acquit);
              var before = books.committed(partition);
              if (before.suspect() >= 0 && before.suspect() != progress.suspect()) {
                charged.remove(items.get(books.topic().placeAt(partition, before.suspect())));
              }
              if (progress.suspect() < 0) return;
              var suspect = items.get(books.topic().placeAt(partition, progress.suspect()));
              if (progress.charges() > charges(suspect)) charged.merge(suspect, 1, Integer::sum);
            });
  }

  private void acquit(Item item) {
    deaths.remove(item);
    charged.remove(item);
  }

  @Override
  public void dead(Tenure.Course course, Failure.Kind kind) {
    if (course.tenure.lane.isStale()) return;
    if (kind == Failure.Kind.CRASHED && charges(course.item) < crashesAloneMax) {
      throw broken(course + " is dead for " + charges(course.item) + " crashes alone");
    }
  }
}
