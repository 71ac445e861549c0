package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.Quarantine;
import java.util.HashMap;
import java.util.Map;

/// The quarantine of poison pills: an item that was running when two owners died runs in committed
/// trials only, and in the end alone; a record that kills processes is dead after a bounded number
/// of them, nothing else ever is for that reason, and no owner runs more than a few items alone.
final class PoisonAlone implements Guarantee {
  private static final int DEATHS_MIN = 2;

  private final Books books;
  private final Scenario scenario;
  private final int crashesAloneMax;
  private final int killsMax;
  private final Map<SimItem, Integer> deaths = new HashMap<>(); // of processes, while it ran
  private final Map<SimItem, Integer> alone = new HashMap<>(); // of owners, while it ran alone
  private final Map<SimItem, Integer> aloneAtMost = new HashMap<>(); // lost ones among them
  private final Map<SimLane, Map<Integer, Long>> lost = new HashMap<>(); // what it had said last
  private final Map<SimItem, Integer> kills = new HashMap<>(); // by what is poison
  private final Map<Tenure, Map<SimItem, Boolean>> ranAlone = new HashMap<>();

  PoisonAlone(Books books, Scenario scenario) {
    this.books = books;
    this.scenario = scenario;
    var rule = scenario.settings().trials();
    this.crashesAloneMax = rule.crashesAloneMax();
    this.killsMax = DEATHS_MIN + levels(rule.itemsMax(), rule.parts()) + crashesAloneMax;
  }

  /// The number of trials of more than one item that a poison can take down with it.
  private static int levels(int itemsMax, int parts) {
    var levels = 1;
    for (var items = Math.ceilDiv(itemsMax, parts); items > 1; items = Math.ceilDiv(items, parts)) {
      levels++;
    }
    return levels;
  }

  @Override
  public String name() {
    return "poison-alone";
  }

  @Override
  public void started(Tenure.Run run) {
    var tenure = run.course.tenure;
    if (tenure.lane.isStale()) return; // it can't know what its successor went through
    var suspect = isSuspect(run.item());
    var said = tenure.said;
    if (said == null) {
      if (suspect) throw broken(run + " starts before its owner has said anything");
      return;
    }
    var quarantine = said.quarantine();
    var held = quarantine.deaths() >= DEATHS_MIN && run.item().offset() < quarantine.until();
    if ((suspect || held) && !quarantine.trial().contains(run.item().offset())) {
      throw broken(run + " has seen processes die and is not on trial: " + said);
    }
    if (suspect) besideOthers(run);
    if (isAlone(run)) startsAlone(run);
  }

  /// Trials of one item alone exclude those of all others of the process.
  private void besideOthers(Tenure.Run run) {
    for (var lane : run.course.tenure.lane.process.lanes()) {
      for (var other : lane.handlers().running()) {
        if (other.abandoned || other.course == run.course || !isSuspect(other.item())) continue;
        if (isAlone(run) || isAlone(other)) {
          throw broken(run + " runs beside " + other + ", and one of them should be alone");
        }
      }
    }
  }

  private void startsAlone(Tenure.Run run) {
    if (alone.getOrDefault(run.item(), 0) >= crashesAloneMax) {
      throw broken(run + " starts again after " + crashesAloneMax + " crashes alone");
    }
    var items = ranAlone.computeIfAbsent(run.course.tenure, _ -> new HashMap<>());
    items.put(run.item(), true);
    var most = Quarantine.NARROWED_MAX * scenario.settings().trials().parts();
    if (items.size() > most) throw broken(items.size() + " items ran alone in one tenure");
  }

  private static boolean isAlone(Tenure.Run run) {
    var said = run.course.tenure.said;
    return said != null
        && said.quarantine().trial().isAlone()
        && said.quarantine().trial().contains(run.item().offset());
  }

  private boolean isSuspect(SimItem item) {
    return deaths.getOrDefault(item, 0) >= DEATHS_MIN;
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

  /// A poison has taken its process down.
  @Override
  public void killed(Tenure.Run run) {
    var count = kills.merge(run.item(), 1, Integer::sum);
    if (scenario.onlyPoisonKills() && count > killsMax) {
      throw broken(run + " has killed " + count + " processes, not at most " + killsMax);
    }
  }

  @Override
  public void lost(Tenure tenure) {
    if (tenure.said == null) return;
    lost.computeIfAbsent(tenure.lane, _ -> new HashMap<>())
        .put(tenure.partition, tenure.said.seq());
  }

  /// With its first commit an owner takes up what it has inherited: an owner before it that ran one
  /// item alone and did not let go in order has died of it, or that can't be excluded. Unless it is
  /// the same one, which is alive and may know.
  @Override
  public void decided(SimTransactions.Transaction transaction) {
    transaction
        .progress()
        .forEach(
            (partition, _) -> {
              var tenure = transaction.lane().tenure(partition);
              var before = books.committed(partition);
              if (tenure == null || tenure.said != null || before.clean()) return;
              var trial = before.quarantine().trial();
              if (!trial.isAlone()) return;
              var items = books.topic().of(partition);
              var item = items.get(books.topic().placeAt(partition, trial.from()));
              aloneAtMost.merge(item, 1, Integer::sum);
              var known = lost.getOrDefault(tenure.lane, Map.of()).get(partition);
              if (known == null || known != before.seq()) alone.merge(item, 1, Integer::sum);
            });
  }

  @Override
  public void dead(Tenure.Course course, Failure.Kind kind) {
    if (course.tenure.lane.isStale() || kind != Failure.Kind.CRASHED) return;
    var times = aloneAtMost.getOrDefault(course.item, 0);
    if (times < crashesAloneMax) {
      throw broken(course + " is dead for " + times + " crashes alone");
    }
    if (scenario.onlyPoisonKills() && !course.item.poison()) {
      throw broken(course + " is dead, but has killed nothing");
    }
  }
}
