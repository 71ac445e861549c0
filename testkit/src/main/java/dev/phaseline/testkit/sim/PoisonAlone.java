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
  private final Map<Item, Integer> charged = new HashMap<>(); // of them, while it was the suspect

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
    if (count(charged, run.item()) >= crashesAloneMax) {
      throw broken(run + " starts again after " + crashesAloneMax + " crashes alone");
    }
  }

  private boolean isSuspect(Item item) {
    return count(deaths, item) >= 2;
  }

  private static int count(Map<Item, Integer> of, Item item) {
    return of.getOrDefault(item, 0);
  }

  @Override
  public void died(SimProcess process) {
    for (var lane : process.lanes()) {
      for (var run : lane.handlers().running()) {
        if (!run.abandoned && run.course.tenure.open) deaths.merge(run.item(), 1, Integer::sum);
      }
      for (var tenure : lane.tenures()) {
        var suspect = books.committed(tenure.partition).suspect();
        if (suspect < 0 || tenure.said == null) continue;
        var place = books.topic().placeAt(tenure.partition, suspect);
        charged.merge(books.topic().of(tenure.partition).get(place), 1, Integer::sum);
      }
    }
  }

  @Override
  public void dead(Tenure.Course course, Failure.Kind kind) {
    if (kind == Failure.Kind.CRASHED && count(charged, course.item) < crashesAloneMax) {
      throw broken(course + " is dead for " + count(charged, course.item) + " crashes alone");
    }
  }
}
