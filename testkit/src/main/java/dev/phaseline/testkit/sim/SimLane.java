package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Failure;
import dev.phaseline.core.engine.Item;
import dev.phaseline.core.engine.ItemHistory;
import dev.phaseline.core.engine.Lane;
import dev.phaseline.core.engine.LaneOrders;
import dev.phaseline.core.engine.Ports;
import dev.phaseline.core.engine.Settlement;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A production lane with everything it stands on, and its thread: turns of the loop in virtual
/// time. A turn that waits inside a callback or a transaction lets the others go on meanwhile.
final class SimLane {
  private static final long TURN_NANOS = 20_000L;

  final int id;
  final SimProcess process;
  private final World world;
  private final Scenario scenario;
  private final SimLog log;
  private final SimHandlers handlers;
  private final Lane lane;
  private final TreeMap<Integer, Tenure> tenures = new TreeMap<>();
  private final Healing healing;
  private final Books books;
  private boolean dead;
  private boolean busy;
  private boolean inCallback;
  private boolean closing;
  private long callbackSince;
  private long waitNanos;
  private long turnAt = Long.MAX_VALUE;
  private long closeBy;
  private SimControl.Orders told;
  private SimControl.Orders heard = SimControl.Orders.NONE;
  private SimControl.Orders obeyed = SimControl.Orders.NONE;

  /// Whether the faults are over.
  interface Healing {
    /// Whether they are.
    boolean isDone();
  }

  /// The parts that all lanes of a history share.
  ///
  /// @param world time and chance
  /// @param scenario what the history is like
  /// @param books the truth
  /// @param group the group's coordinator
  /// @param transactions the transactions' coordinator
  /// @param healing whether the faults are over
  /// @param control what operators say
  /// @param switches what runners do between two steps of a lane
  record Shared(
      World world,
      Scenario scenario,
      Books books,
      SimGroup group,
      SimTransactions transactions,
      Healing healing,
      SimControl control,
      Switches switches) {}

  /// @param name by which its producers are known; a successor has the same
  SimLane(int id, int name, SimProcess process, Shared shared, Tampering tampering) {
    this.id = id;
    this.process = process;
    this.world = shared.world();
    this.scenario = shared.scenario();
    this.healing = shared.healing();
    this.books = shared.books();
    this.told = shared.control().now(); // a worker knows it before its lanes start
    this.log = new SimLog(this, "lane-" + name, shared, tampering);
    this.handlers = new SimHandlers(this, shared, tampering);
    this.lane =
        new Lane(
            scenario.settings(),
            new Ports(
                Ports.Log.of(log),
                handlers,
                (slot, kind, _) -> deadLetter(shared.books(), slot, kind),
                process.gate,
                world::clock,
                world::roll,
                (slot, delay) -> defer(shared.books(), slot, delay)));
    log.join();
    news();
  }

  private Settlement deadLetter(Books books, ItemHistory slot, Failure.Kind kind) {
    var item = (SimItem) slot.item();
    var tenure = tenure(item.partition());
    if (tenure == null) throw new Violation("own-partitions-only", item + " dies, but has gone");
    world.note("dead " + kind, id, item.partition(), item.offset(), slot.attempt());
    books.dead(tenure.course(item), kind);
    return Made.of(item, Made.End.DEAD);
  }

  private Optional<Settlement> defer(Books books, ItemHistory slot, long delay) {
    if (!scenario.trouble().timers()) return Optional.empty();
    var item = (SimItem) slot.item();
    var tenure = tenure(item.partition());
    if (tenure == null) throw new Violation("own-partitions-only", item + " leaves, but has gone");
    world.note("deferred", id, item.partition(), item.offset(), slot.attempt());
    books.deferred(tenure.course(item), delay);
    return Optional.of(Made.of(item, Made.End.DEFERRED));
  }

  /// Operators have said something; the lane follows before its next turn.
  void tell(SimControl.Orders orders) {
    told = orders;
    news();
  }

  /// The orders that it follows.
  SimControl.Orders heard() {
    return heard;
  }

  /// The orders that it has followed to the end: until then its runners may start what they have in
  /// hand.
  SimControl.Orders obeyed() {
    return obeyed;
  }

  private void obey() {
    if (heard.equals(told)) return;
    heard = told;
    world.note(heard.paused() ? "obeys a pause" : "obeys", id, -1, -1, heard.cancelled().size());
    lane.obey(new LaneOrders(heard.paused(), heard.cancelled().isEmpty() ? null : new Ended()));
    obeyed = heard;
  }

  private final class Ended implements LaneOrders.Cancelled {
    @Override
    public boolean has(Item item) {
      return heard.cancels((SimItem) item);
    }

    @Override
    public Settlement settlementOf(ItemHistory slot) {
      var item = (SimItem) slot.item();
      var tenure = tenure(item.partition());
      if (tenure == null) throw new Violation("own-partitions-only", item + " ends, but has gone");
      world.note("cancelled", id, item.partition(), item.offset(), slot.attempt());
      books.cancelled(tenure.course(item), 1);
      return Made.cancelled(item);
    }
  }

  SimHandlers handlers() {
    return handlers;
  }

  Lane engine() {
    return lane;
  }

  /// The tenure of a partition now, by the last answer; null when none.
  @Nullable Tenure tenure(int partition) {
    return tenures.get(partition);
  }

  Collection<Tenure> tenures() {
    return tenures.values();
  }

  void open(Tenure tenure) {
    tenures.put(tenure.partition, tenure);
  }

  void end(int partition) {
    var tenure = tenures.remove(partition);
    if (tenure != null) tenure.open = false;
  }

  boolean isHealed() {
    return healing.isDone();
  }

  boolean isWide() {
    return scenario.shape().wide();
  }

  boolean isDead() {
    return dead;
  }

  /// Something has happened that the lane should look at.
  void news() {
    if (!dead) turnAt(world.now() + TURN_NANOS);
  }

  private void turnAt(long time) {
    if (time >= turnAt) return;
    turnAt = time;
    world.at(time, () -> turnIfDue(time));
  }

  private void turnIfDue(long time) {
    if (turnAt != time || dead) return; // another turn has come before
    turnAt = Long.MAX_VALUE;
    if (busy) return; // it is on the stack, waiting; it looks by itself
    if (process.isFrozen()) {
      turnAt(world.now() + process.frozenFor());
      return;
    }
    turn();
  }

  private void turn() {
    busy = true;
    waitNanos = Long.MAX_VALUE;
    try {
      if (closing && (lane.isDrained() || world.now() >= closeBy)) {
        log.close();
        busy = false;
        process.laneHasEnded(this);
        return;
      }
      obey();
      var began = world.clock();
      lane.runOnce();
      if (!dead) handlers.judgeRuns(began);
    } catch (Died e) {
      return;
    } finally {
      busy = false;
    }
    if (dead) return;
    if (handlers.hasResults() || log.hasNews()) news();
    else turnAt(world.now() + Math.max(TURN_NANOS, lateBy(waitNanos)));
  }

  /// A lane that waits wakes up late, as threads do.
  private long lateBy(long nanos) {
    return nanos <= 0 ? 0 : Math.max(nanos, scenario.shape().quantumNanos());
  }

  /// Stops in order: what has started ends, what is settled is committed, then everything is let
  /// go.
  void close(long withinNanos) {
    if (closing || dead) return;
    world.note("closes", id, -1, -1, -1);
    closing = true;
    closeBy = world.now() + withinNanos;
    lane.drain();
    news();
  }

  /// The group drops this lane's member.
  void expel() {
    if (!dead) log.expel();
  }

  /// Whether the group has dropped this lane's member, whether it knows it or not.
  boolean isStale() {
    return log.isExpelled();
  }

  void die() {
    dead = true;
    handlers.close();
    log.die();
  }

  /// The lane waits for records or results.
  void await(long maxNanos) {
    waitNanos = maxNanos;
  }

  /// The lane waits for results: inside a callback there and then, else until its next turn.
  void awaitResults(long maxNanos) {
    if (!inCallback) {
      await(maxNanos);
      return;
    }
    var until = world.now() + Math.max(TURN_NANOS, lateBy(maxNanos));
    world.waitFor(until, () -> dead || handlers.hasResults());
    whileFrozen();
  }

  /// Time passes while the lane does something that takes time.
  void pass(long nanos) {
    world.waitFor(world.now() + nanos, () -> dead);
    whileFrozen();
  }

  private void whileFrozen() {
    while (!dead && process.isFrozen()) {
      world.waitFor(world.now() + process.frozenFor(), () -> dead);
    }
    stillAlive();
  }

  void stillAlive() {
    if (dead) throw new Died();
  }

  void inCallback(Runnable callback) {
    inCallback = true;
    callbackSince = world.now();
    try {
      callback.run();
    } finally {
      inCallback = false;
    }
  }

  /// Whether handlers had all the time that a revocation gives them.
  boolean drainIsOver() {
    return world.now() - callbackSince >= scenario.settings().revokeDrain().toNanos();
  }
}
