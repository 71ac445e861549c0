package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Ledger.Committed;
import dev.phaseline.core.engine.Sink.Fate;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/// A ring of transactional producers, and everything that may go wrong between a begin and the
/// answer to a commit.
final class SimProducers {
  private static final int RING = 2;
  private static final int NONE = -1;

  private final SimLane lane;
  private final String name;
  private final World world;
  private final Scenario.Log mood;
  private final SimTransactions transactions;
  private final Tampering tampering;
  private final int[] epochs = {NONE, NONE};
  private int place;
  private int unknownPlace = NONE;

  SimProducers(SimLane lane, String name, SimLane.Shared shared, Tampering tampering) {
    this.lane = lane;
    this.name = name;
    this.world = shared.world();
    this.mood = shared.scenario().log();
    this.transactions = shared.transactions();
    this.tampering = tampering;
  }

  private boolean chance(double share) {
    return !lane.isHealed() && world.chance(share);
  }

  private String id(int at) {
    return name + "." + at;
  }

  /// A step of a transaction: time passes, and the process may die here.
  private void step() {
    lane.pass(world.between(0, lane.isHealed() ? Scenario.MS : mood.stepNanos()));
    if (chance(mood.dying())) {
      lane.process.die("dies in a transaction", lane.id);
      lane.stillAlive();
    }
  }

  private boolean ensure(int at) {
    if (epochs[at] == NONE) epochs[at] = transactions.initialise(id(at));
    return epochs[at] != NONE;
  }

  Fate publish(Batch batch, BooleanSupplier isAccepted) {
    place = (place + 1) % RING;
    if (chance(mood.refusing()) || !ensure(place)) return new Fate.Aborted("not now");
    var transaction = transactions.begin(lane, id(place), epochs[place]);
    step();
    send(batch, transaction);
    step();
    if (!transaction.isOpen() || !transactions.isCurrent(id(place), epochs[place])) {
      return fenced();
    }
    if (!isAccepted.getAsBoolean()) {
      transactions.abort(transaction);
      return new Fate.Aborted("the group does not know us");
    }
    transactions.addOffsets(transaction, batch.offsets());
    step();
    if (chance(mood.hanging())) {
      epochs[place] = NONE;
      return new Fate.Aborted("no answer, no commit was asked for");
    }
    if (chance(mood.aborting())) {
      transactions.abort(transaction);
      return new Fate.Aborted("the commit was refused");
    }
    return commit(transaction);
  }

  private Fate fenced() {
    epochs[place] = NONE;
    ensure(place); // ends the old transaction, and fences whoever has fenced us
    return new Fate.Aborted("fenced");
  }

  private void send(Batch batch, SimTransactions.Transaction transaction) {
    for (var settlement : batch.settlements()) {
      var made = (Made) settlement;
      switch (tampering) {
        case OFFSETS_WITHOUT_OUTPUTS -> {}
        case OUTPUT_NOT_SENT -> transaction.send(made, made.records() - 1);
        default -> transaction.send(made, made.records());
      }
    }
  }

  private Fate commit(SimTransactions.Transaction transaction) {
    if (chance(mood.unknownLost())) return unknown("the commit was lost");
    if (chance(mood.unknownLate())) {
      world.after(world.between(0, 300 * Scenario.MS), () -> transactions.commit(transaction));
      return unknown("the commit is late");
    }
    if (!transactions.commit(transaction)) {
      if (world.chance(0.5)) return fenced();
      return unknown("the transaction has gone");
    }
    step();
    if (chance(mood.unknownDone())) return unknown("the answer was lost");
    return new Fate.Done();
  }

  private Fate unknown(String reason) {
    if (tampering == Tampering.UNKNOWN_SAID_ABORTED) return new Fate.Aborted(reason);
    if (tampering == Tampering.UNKNOWN_SAID_DONE) return new Fate.Done();
    unknownPlace = place;
    return new Fate.Unknown(reason);
  }

  /// Ends what is of unknown fate; false when that can't be done yet.
  boolean recover() {
    step();
    if (chance(mood.deaf())) return false;
    if (unknownPlace == NONE) return true;
    epochs[unknownPlace] = NONE;
    if (!ensure(unknownPlace)) return false;
    unknownPlace = NONE;
    return true;
  }

  Optional<Map<Integer, Committed>> committed(Collection<Integer> partitions) {
    if (chance(mood.deaf())) return Optional.empty();
    var found = new TreeMap<Integer, Committed>();
    for (var partition : partitions) {
      if (!transactions.isStable(partition)) return Optional.empty();
      var committed = transactions.committed(partition);
      if (committed != null) found.put(partition, committed);
    }
    return Optional.of(found);
  }
}
