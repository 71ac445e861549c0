package dev.phaseline.core.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The items of a lane between the log and the transaction: waiting, running, backing off. Owned by
/// the lane.
final class Work {
  private static final long GATE_NANOS = 10_000_000L; // between two looks at the gate

  private final LaneSettings settings;
  private final Ports ports;
  private final KeyLanes keys;
  private final Running inProgress = new Running();
  private final Trials trials;
  private final Backoffs backoffs = new Backoffs();
  private final Suspension suspension = new Suspension();
  private final Aftermath aftermath;
  private final Runs runs = new Runs();
  private Consumer<Slot> onSettled = _ -> {};
  private LaneOrders.@Nullable Cancelled cancelled;
  private final Runnable meanwhile;
  private int held;
  private long heldBytes;
  private long nextExpiryCheckNanos;
  private boolean expiryChecked;

  private long fetched;
  private long settledCount;
  private long dead;
  private long retries;
  private long timedOut;
  private long suspensions;
  private long fenced;
  private long deferred;
  private long cancelledCount;

  Work(LaneSettings settings, Ports ports) {
    this.settings = settings;
    this.ports = ports;
    this.meanwhile = ports.handlers()::meanwhile;
    this.keys = new KeyLanes(settings.options().ordering());
    this.trials = new Trials(keys);
    this.aftermath = new Aftermath(settings, ports, suspension);
  }

  void onSettled(Consumer<Slot> listener) {
    onSettled = listener;
  }

  void add(PartitionLedger<Slot> ledger, Item item, @Nullable EarlierAttempts earlier) {
    var queue = keys.queueFor(item.partition(), item.key());
    var slot = new Slot(ledger, queue, item, earlier);
    ledger.append(slot);
    held++;
    heldBytes += item.bytes();
    fetched++;
    keys.add(slot);
  }

  /// Hands out everything that may run.
  void dispatch(long now) {
    trials.open();
    var allowed = suspension.allowed(now);
    var asRuns = formsRuns(now);
    while (keys.hasReady() && inProgress.size() < allowed) {
      var chain = keys.next(allowed - inProgress.size(), asRuns);
      if (cancelled != null) {
        chain = withoutCancelled(chain, cancelled, now);
        if (chain.isEmpty()) continue;
      }
      handOut(chain, trials.admitted(chain));
    }
    if (allowed == 0) trials.callOff();
    else if (!keys.hasReady()) trials.next();
  }

  /// Whether items of several keys are handed out together. When handlers have become slow, what
  /// was handed out so is taken back.
  private boolean formsRuns(long now) {
    if (ports.handlers().areQuick()) return runs.mayForm(now);
    if (!runs.isEmpty()) withdrawAll();
    runs.pause(now);
    return false;
  }

  /// Takes back what waits behind an item that turns out to be slow.
  void split(long now) {
    runs.split(now, this::takeBack);
  }

  /// Nothing is handed out now, and no trial is begun.
  void hold() {
    trials.callOff();
  }

  /// Hands out the first items of a chain; the others wait.
  private void handOut(List<Slot> chain, int count) {
    var first = chain.getFirst();
    var quarantine = first.ledger.quarantine();
    if (quarantine.condemns(first.offset())) {
      giveBack(chain.subList(1, chain.size()));
      crashed(first, quarantine.deathsAlone(first.offset()));
      return;
    }
    if (count == 0) trials.setAside(first);
    giveBack(chain.subList(count, chain.size()));
    if (count > 0) handOut(chain.subList(0, count));
  }

  /// What operators have said holds from here on: what has not started is taken back when it must
  /// not start any more, what has started and must not go on is told.
  void obey(LaneOrders orders) {
    cancelled = orders.cancelled();
    if (orders.paused()) withdrawAll();
    var ended = cancelled;
    if (ended == null) return;
    trials.reconsider();
    var now = ports.nanos().getAsLong();
    // First those that have not started: an interrupt makes room for the next in line.
    for (var attempt : inProgress.all()) {
      if (attempt.listed && ended.has(attempt.slot().item())) endUnstarted(attempt, ended, now);
    }
    for (var attempt : inProgress.all()) {
      if (attempt.cancelled() || !ended.has(attempt.slot().item())) continue;
      attempt.cancel();
      ports.handlers().interrupt(attempt);
    }
  }

  /// They end here and now; the others go back to their queue, which hands them out again.
  private void endUnstarted(Attempt attempt, LaneOrders.Cancelled ended, long now) {
    var back = taken(attempt.chain());
    giveBack(back.stream().filter(slot -> !ended.has(slot.item())).toList());
    for (var slot : back) {
      if (!ended.has(slot.item())) continue;
      endCancelled(slot, ended, now);
    }
  }

  /// Ends the items of cancelled jobs; the others are what is left to run.
  private List<Slot> withoutCancelled(List<Slot> chain, LaneOrders.Cancelled ended, long now) {
    var rest = new ArrayList<Slot>(chain.size());
    for (var slot : chain) {
      if (ended.has(slot.item())) endCancelled(slot, ended, now);
      else rest.add(slot);
    }
    return rest;
  }

  /// Whatever an attempt came to: its item ends so when its job is cancelled.
  private boolean endsCancelled(Slot slot, long now) {
    if (cancelled == null || !cancelled.has(slot.item())) return false;
    endCancelled(slot, cancelled, now);
    return true;
  }

  private void endCancelled(Slot slot, LaneOrders.Cancelled ended, long now) {
    cancelledCount++;
    settle(slot, ended.settlementOf(slot), now);
    keys.ended(slot.queue);
  }

  private void handOut(List<Slot> chain) {
    if (chain.size() == 1) {
      var only = List.of(begun(chain.getFirst()));
      ports.handlers().run(new Chain(only, meanwhile));
      return;
    }
    var attempts = new ArrayList<Attempt>(chain.size());
    for (var slot : chain) attempts.add(begun(slot));
    var handedOut = new Chain(attempts, meanwhile);
    if (handedOut.isRun()) runs.add(handedOut, ports.nanos().getAsLong());
    ports.handlers().run(handedOut);
  }

  private Attempt begun(Slot slot) {
    var attempt = new Attempt(slot, slot.attempt);
    inProgress.add(attempt);
    return attempt;
  }

  /// It ends without another run: the next would cost another process.
  private void crashed(Slot slot, int deaths) {
    var reason = "the worker's process died " + deaths + " times while this item ran alone";
    var now = ports.nanos().getAsLong();
    slot.remember(
        new Failure(slot.attempt, now, now, Failure.Kind.CRASHED, FailureText.of(reason)));
    settleDead(slot, Failure.Kind.CRASHED, reason, now);
    keys.ended(slot.queue);
  }

  /// Puts items that were handed out back at the head of their queue, in order.
  private void giveBack(List<Slot> chain) {
    for (var slot : chain.reversed()) {
      if (slot.state() == ItemState.ENDED) slot.to(ItemState.READY);
      keys.giveBack(slot);
      keys.ended(slot.queue);
    }
  }

  /// Takes in what handlers have reported.
  void takeResults(long now) {
    ports.handlers().drain((attempt, result) -> ended(attempt, result, now));
  }

  private void ended(Attempt attempt, AttemptResult result, long now) {
    var slot = attempt.slot();
    if (!attempt.listed) {
      fenced++;
      return;
    }
    inProgress.remove(attempt);
    if (!(result instanceof AttemptResult.Settled)) takeBack(attempt.chain());
    if (endsCancelled(slot, now)) return;
    switch (result) {
      case AttemptResult.Settled(var settlement) -> {
        if (!settlement.dead()) aftermath.succeeded();
        settle(slot, settlement, now);
        keys.ended(slot.queue);
      }
      case AttemptResult.Threw(var thrown) -> {
        var at = afterItsEnd();
        follow(slot, aftermath.threw(attempt, thrown, at), at);
      }
      case AttemptResult.RetryAsked(var delay, var reason) -> {
        var at = afterItsEnd();
        follow(slot, aftermath.asked(attempt, delay, reason, at), at);
      }
      case AttemptResult.SuspendAsked(var delay, var reason) ->
          follow(slot, aftermath.suspended(delay, reason), afterItsEnd());
    }
  }

  /// Waits count from here. The turn's own time won't do: a lane that was held up after it had read
  /// the clock may take in an attempt that began later, which would then have ended before it
  /// began, and a wait that was asked for would be cut short by as much.
  private long afterItsEnd() {
    return ports.nanos().getAsLong();
  }

  private void follow(Slot slot, Aftermath.Step step, long now) {
    switch (step) {
      case Aftermath.Step.Suspend(var restNanos, var why) -> {
        suspensions++;
        suspension.suspend(now, restNanos, why);
        giveBack(List.of(slot));
        withdrawAll();
      }
      case Aftermath.Step.Spare() -> giveBack(List.of(slot));
      case Aftermath.Step.Again(var delayNanos, var behind) -> {
        retries++;
        slot.to(ItemState.BACKING_OFF);
        backoffs.add(slot, now + delayNanos, behind);
        if (behind) keys.ended(slot.queue);
        else keys.holdBack(slot);
      }
      case Aftermath.Step.Leave(var settlement) -> {
        deferred++;
        settle(slot, settlement, now);
        keys.ended(slot.queue);
      }
      case Aftermath.Step.Bury(var kind, var reason) -> {
        settleDead(slot, kind, reason, now);
        keys.ended(slot.queue);
      }
    }
  }

  private void settleDead(Slot slot, Failure.Kind kind, String reason, long now) {
    settle(slot, ports.deadLetters().of(slot, kind, reason), now);
  }

  private void settle(Slot slot, Settlement settlement, long now) {
    slot.settle(settlement, now);
    slot.ledger.quarantine().settled(slot.offset());
    settledCount++;
    if (settlement.dead()) dead++;
    aftermath.forget(slot);
    onSettled.accept(slot);
  }

  /// The log does not take what was to be published for an item: it ends as a dead letter.
  void refused(Slot slot, Failure.Kind kind, String why) {
    slot.settleInstead(ports.deadLetters().of(slot, kind, why));
    dead++;
  }

  /// The commit that completes this item has happened.
  void completed(Slot slot) {
    held--;
    heldBytes -= slot.item().bytes();
  }

  /// Gives up attempts without a sign of life: each goes on under a new number, and what the old
  /// one may still report is fenced.
  void expire(long now) {
    var timeout = settings.options().timeout().toNanos();
    if (expiryChecked && nextExpiryCheckNanos - now > 0) return;
    expiryChecked = true;
    nextExpiryCheckNanos = now + Math.max(timeout / 20, 1_000_000L);
    for (var attempt : inProgress.all()) {
      if (attempt.started() && now - attempt.signNanos() > timeout) giveUp(attempt, now);
    }
  }

  private void giveUp(Attempt attempt, long now) {
    var slot = attempt.slot();
    if (!attempt.listed || !attempt.tryGiveUp()) return;
    timedOut++;
    inProgress.remove(attempt);
    ports.handlers().abandon(attempt);
    takeBack(attempt.chain());
    if (endsCancelled(slot, now)) return;
    var message = "no sign of life for " + settings.options().timeout();
    follow(slot, aftermath.timedOut(attempt, message, now), now);
  }

  /// Lets the items go whose next attempt is due.
  void wake(long now) {
    backoffs.due(now, this::isDue);
  }

  private void isDue(Slot slot, boolean behind) {
    if (slot.ledger.isClosed()) return;
    slot.to(ItemState.READY);
    if (behind) keys.rejoin(slot);
    else keys.unblock(slot.queue);
  }

  /// Takes back what has not started of a chain: it is the first to be handed out again.
  private void takeBack(Attempt.HandOver chain) {
    giveBack(taken(chain));
  }

  private List<Slot> taken(Attempt.HandOver chain) {
    var back = chain.takeBack();
    if (back.isEmpty()) return List.of();
    var slots = new ArrayList<Slot>(back.size());
    for (var attempt : back) {
      inProgress.remove(attempt);
      slots.add(attempt.slot());
    }
    return slots;
  }

  /// Takes back everything that has not started.
  void withdrawAll() {
    withdrawIf(_ -> true);
    runs.clear();
  }

  /// Takes back what has not started of these partitions, and what was handed out with it.
  void withdraw(Collection<PartitionLedger<Slot>> leaving) {
    withdrawIf(slot -> leaving.contains(slot.ledger));
  }

  private void withdrawIf(Predicate<Slot> which) {
    for (var attempt : inProgress.all()) {
      if (attempt.listed && which.test(attempt.slot())) takeBack(attempt.chain());
    }
  }

  /// What waits in partitions that are let go is handed over to the timer service, where order is
  /// not at stake: attempts and history go with it, which the next owner could not know.
  void handOver(Collection<PartitionLedger<Slot>> leaving, long now) {
    backoffs.offer(
        (slot, atNanos, behind) -> {
          var ordered = slot.queue.key != null && !behind;
          if (ordered || !leaving.contains(slot.ledger)) return false;
          var settlement = ports.deferrals().of(slot, Math.max(0, atNanos - now));
          if (settlement.isEmpty()) return false;
          deferred++;
          settle(slot, settlement.get(), now);
          return true;
        });
  }

  /// The partition is another owner's: nothing of it is run, kept or published any more.
  ///
  /// The same keys may have items in partitions that stay. They are taken back too: behind an
  /// attempt that is given up they would never start, and nothing else would wake their queue.
  void forget(PartitionLedger<Slot> ledger) {
    withdrawIf(slot -> slot.ledger == ledger);
    var queues = new LinkedHashSet<Slot.KeyQueue>();
    for (var slot = ledger.firstIncomplete(); slot != null; slot = slot.after) {
      held--;
      heldBytes -= slot.item().bytes();
      queues.add(slot.queue);
      aftermath.forget(slot);
      if (slot.state() != ItemState.RUNNING) slot.to(ItemState.GONE);
    }
    for (var attempt : inProgress.all()) {
      if (attempt.slot().ledger != ledger) continue;
      inProgress.remove(attempt);
      attempt.slot().to(ItemState.GONE);
      attempt.slot().queue.running--;
      attempt.abandon();
      ports.handlers().abandon(attempt);
    }
    trials.forget(ledger);
    backoffs.forget(ledger);
    keys.drop(queues, slot -> slot.ledger == ledger);
  }

  boolean isFull() {
    var limits = settings.options().limits();
    return held >= limits.inFlightItemsMax() || heldBytes >= limits.inFlightBytesMax();
  }

  /// Whether so much is gone that fetching is worth while again; or nothing more will go, because
  /// all that is held waits for a next attempt or behind one.
  boolean hasRoom() {
    if (inProgress.isEmpty() && !keys.hasReady()) return true;
    var limits = settings.options().limits();
    return held <= limits.inFlightItemsMax() / 4 * 3
        && heldBytes <= limits.inFlightBytesMax() / 4 * 3;
  }

  int held() {
    return held;
  }

  int inProgress() {
    return inProgress.size();
  }

  int inProgress(Collection<PartitionLedger<Slot>> of) {
    var count = 0;
    for (var attempt : inProgress.all()) if (of.contains(attempt.slot().ledger)) count++;
    return count;
  }

  int backingOff() {
    return backoffs.size();
  }

  String suspendedBecause() {
    var probing = suspension.isHolding() && !inProgress.isEmpty();
    return suspension.isWaiting() || probing ? suspension.reason() : "";
  }

  long suspendedNanos(long now) {
    return suspension.waitNanos(now);
  }

  /// How long nothing falls due.
  ///
  /// @param starts whether anything may start: the end of a suspension is no news otherwise
  long waitNanos(long now, boolean starts) {
    var wait = backoffs.waitNanos(now);
    if (starts && suspension.isWaiting()) wait = Math.min(wait, suspension.waitNanos(now));
    if (starts && trials.waitForTheGate()) wait = Math.min(wait, GATE_NANOS);
    if (inProgress.isEmpty()) return wait;
    wait = Math.min(wait, runs.waitNanos(now));
    return Math.min(wait, Math.max(0, nextExpiryCheckNanos - now));
  }

  /// How many handlers may run now.
  int permits(long now) {
    return Math.min(ports.handlers().permits(), suspension.allowed(now));
  }

  LaneStats.Work counts() {
    return new LaneStats.Work(
        fetched,
        settledCount,
        dead,
        retries,
        timedOut,
        suspensions,
        fenced,
        aftermath.spared(),
        deferred,
        cancelledCount);
  }
}
