package dev.phaseline.core.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The items of a lane between the log and the transaction, and their way from ready to running to
/// settled, or to waiting and ready again. Owned by the lane.
///
/// [ReadyItems], [RunningAttempts] and [WaitingItems] each know one of these states; what takes an
/// item from one to the other is decided here.
final class Work {
  private static final long GATE_NANOS = 10_000_000L; // between two looks at the gate

  private final LaneSettings settings;
  private final Ports ports;
  private final ReadyItems ready;
  private final RunningAttempts running;
  private final WaitingItems waiting;
  private final Aftermath aftermath;
  private final LeftItems left = new LeftItems();
  private Consumer<Slot> onSettled = _ -> {};
  private LaneOrders.@Nullable Cancelled cancelled;
  private int held;
  private long heldBytes;

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
    var suspension = new Suspension();
    this.ready = new ReadyItems(settings.options().ordering());
    this.running = new RunningAttempts(settings.options().timeout().toNanos(), ports, ready);
    this.waiting = new WaitingItems(suspension);
    this.aftermath = new Aftermath(settings, ports, suspension);
  }

  void onSettled(Consumer<Slot> listener) {
    onSettled = listener;
  }

  void add(PartitionLedger<Slot> ledger, Item item, @Nullable EarlierAttempts earlier) {
    ready.add(ledger, item, earlier);
    held++;
    heldBytes += item.bytes();
    fetched++;
  }

  /// Hands out everything that may run.
  void dispatch(long now) {
    ready.openTrials();
    var allowed = waiting.allowed(now);
    var asRuns = running.formsRuns(now);
    while (ready.isAny() && running.size() < allowed) {
      var chain = ready.next(allowed - running.size(), asRuns);
      if (cancelled != null) {
        chain = withoutCancelled(chain, cancelled, now);
        if (chain.isEmpty()) continue;
      }
      handOut(chain, ready.admitted(chain));
    }
    if (allowed == 0) ready.callOffTrials();
    else ready.nextTrials();
  }

  /// Takes back what waits behind an item that turns out to be slow.
  void split(long now) {
    running.split(now);
  }

  /// Nothing is handed out now, and no trial is begun.
  void hold() {
    ready.callOffTrials();
  }

  /// Hands out the first items of a chain; the others wait.
  private void handOut(List<Slot> chain, int count) {
    var first = chain.getFirst();
    var quarantine = first.ledger.quarantine();
    if (quarantine.condemns(first.offset())) {
      ready.giveBack(chain.subList(1, chain.size()));
      crashed(first, quarantine.deathsAlone(first.offset()));
      return;
    }
    if (count == 0) ready.setAside(first);
    ready.giveBack(chain.subList(count, chain.size()));
    if (count > 0) running.start(chain.subList(0, count));
  }

  /// Effect of operators' settings from here on: an item that has not started is taken back when it
  /// must not start any more, a running one that must not go on is interrupted.
  void obey(LaneOrders orders) {
    cancelled = orders.cancelled();
    if (orders.paused()) withdrawAll();
    var ended = cancelled;
    if (ended == null) return;
    ready.reconsiderTrials();
    var now = ports.nanos().getAsLong();
    // First those that have not started: an interrupt makes room for the next in line.
    for (var attempt : running.all()) {
      if (attempt.listed && ended.has(attempt.slot().item())) endUnstarted(attempt, ended, now);
    }
    running.interruptIf(ended::has);
  }

  /// Ends the cancelled items of an attempt that has not started; the others go back to their
  /// queue, which hands them out again.
  private void endUnstarted(Attempt attempt, LaneOrders.Cancelled ended, long now) {
    var back = running.taken(attempt.chain());
    ready.giveBack(back.stream().filter(slot -> !ended.has(slot.item())).toList());
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
    end(slot, ended.settlementOf(slot), now);
  }

  /// Ends an item without another run: the next would cost another process.
  private void crashed(Slot slot, int deaths) {
    var reason = "the worker's process died " + deaths + " times while this item ran alone";
    var now = ports.nanos().getAsLong();
    slot.remember(
        new Failure(slot.attempt, now, now, Failure.Kind.CRASHED, FailureText.of(reason)));
    endDead(slot, Failure.Kind.CRASHED, reason, now);
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
    running.remove(attempt);
    if (!(result instanceof AttemptResult.Settled)) running.takeBack(attempt.chain());
    if (endsCancelled(slot, now)) return;
    if (attempt.lastFailure() != null && !isDecision(result)) {
      undecided(slot, "failed", now);
      return;
    }
    switch (result) {
      case AttemptResult.Settled(var settlement) -> {
        if (!settlement.dead() && attempt.lastFailure() == null) aftermath.succeeded();
        end(slot, settlement, now);
      }
      case AttemptResult.GaveUp(var failure) -> askFailureHandler(slot, failure);
      case AttemptResult.Threw(var thrown) -> {
        var at = afterItsEnd();
        follow(attempt, aftermath.threw(attempt, thrown, at), at);
      }
      case AttemptResult.RetryAsked(var delay, var reason) -> {
        var at = afterItsEnd();
        follow(attempt, aftermath.asked(attempt, delay, reason, at), at);
      }
      case AttemptResult.SuspendAsked(var delay, var reason) ->
          follow(attempt, aftermath.suspended(delay, reason), afterItsEnd());
      case AttemptResult.LeftToOthers(var version, var reason) -> {
        var at = afterItsEnd();
        follow(attempt, left.found(slot, version, reason, at), at);
      }
    }
  }

  /// Waits count from here. The turn's own time won't do: a lane that was held up after it had read
  /// the clock may take in an attempt that began later, which would then have ended before it
  /// began, and a wait that was asked for would be cut short by as much.
  private long afterItsEnd() {
    return ports.nanos().getAsLong();
  }

  private void follow(Attempt attempt, Aftermath.Step step, long now) {
    var slot = attempt.slot();
    switch (step) {
      case Aftermath.Step.Suspend(var restNanos, var why) -> {
        suspensions++;
        waiting.suspend(now, restNanos, why);
        ready.giveBack(List.of(slot));
        withdrawAll();
      }
      case Aftermath.Step.Spare() -> ready.giveBack(List.of(slot));
      case Aftermath.Step.Again(var delayNanos, var behind) -> {
        retries++;
        waiting.add(slot, now + delayNanos, behind);
        if (behind) ready.ended(slot);
        else ready.holdBack(slot);
      }
      case Aftermath.Step.Wait(var delayNanos) -> {
        waiting.add(slot, now + delayNanos, false);
        ready.holdBack(slot);
      }
      case Aftermath.Step.Leave(var settlement) -> {
        deferred++;
        end(slot, settlement, now);
      }
      case Aftermath.Step.Bury(var kind, var reason) -> {
        if (attempt.handlesFailure()) {
          var words = slot.failures().getLast().reason(reason);
          askFailureHandler(slot, new LastFailure(kind.dead(), words, true));
        } else {
          endDead(slot, kind, reason, now);
        }
      }
    }
  }

  /// The item is the first of its queue again, and its next run is that of its failure handler.
  private void askFailureHandler(Slot slot, LastFailure failure) {
    slot.lastFailure = failure;
    ready.giveBack(List.of(slot));
  }

  /// Whether a failure handler's run has come to something.
  private static boolean isDecision(AttemptResult result) {
    return switch (result) {
      case AttemptResult.Settled _, AttemptResult.SuspendAsked _, AttemptResult.LeftToOthers _ ->
          true;
      case AttemptResult.GaveUp _, AttemptResult.Threw _, AttemptResult.RetryAsked _ -> false;
    };
  }

  /// Its failure handler came to nothing: it ends as it would have without one.
  ///
  /// @param words as the end of "its failure handler ..."
  private void undecided(Slot slot, String words, long now) {
    endDead(slot, Failure.Kind.UNDECIDED, words, now);
  }

  private void endDead(Slot slot, Failure.Kind kind, String reason, long now) {
    end(slot, ports.deadLetters().of(slot, kind, reason), now);
  }

  /// Settles an item that was handed out, or was about to be: its queue goes on.
  private void end(Slot slot, Settlement settlement, long now) {
    settle(slot, settlement, now);
    ready.ended(slot);
  }

  private void settle(Slot slot, Settlement settlement, long now) {
    slot.settle(settlement, now);
    slot.ledger.quarantine().settled(slot.offset());
    settledCount++;
    if (settlement.dead()) dead++;
    aftermath.forget(slot);
    left.forget(slot);
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
    running.expire(now, attempt -> givenUp(attempt, now));
  }

  private void givenUp(Attempt attempt, long now) {
    timedOut++;
    var slot = attempt.slot();
    if (endsCancelled(slot, now)) return;
    var message = "no sign of life for " + settings.options().timeout();
    if (attempt.lastFailure() == null) {
      follow(attempt, aftermath.timedOut(attempt, message, now), now);
    } else {
      undecided(slot, "gave " + message, now);
    }
  }

  /// Lets the items go whose next attempt is due.
  void wake(long now) {
    waiting.due(now, ready::due);
  }

  /// Takes back everything that has not started.
  void withdrawAll() {
    running.withdrawAll();
  }

  /// Takes back what has not started of these partitions, and what was handed out with it.
  void withdraw(Collection<PartitionLedger<Slot>> leaving) {
    running.withdrawIf(slot -> leaving.contains(slot.ledger));
  }

  /// Hand-over to the timer service of items that wait in partitions that are let go, where order
  /// is not at stake: attempts and history go with them, which the next owner could not know.
  void handOver(Collection<PartitionLedger<Slot>> leaving, long now) {
    waiting.offer(
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
    running.withdrawIf(slot -> slot.ledger == ledger);
    var queues = ReadyItems.queuesOf(ledger);
    for (var slot = ledger.firstIncomplete(); slot != null; slot = slot.after) {
      completed(slot);
      aftermath.forget(slot);
      left.forget(slot);
      if (slot.state() != ItemState.RUNNING) slot.to(ItemState.GONE);
    }
    running.forget(ledger);
    waiting.forget(ledger);
    ready.forget(ledger, queues);
  }

  boolean isFull() {
    var limits = settings.options().limits();
    return held >= limits.inFlightItemsMax() || heldBytes >= limits.inFlightBytesMax();
  }

  /// Whether so much is gone that fetching is worth while again; or nothing more will go, because
  /// all that is held waits for a next attempt or behind one.
  boolean hasRoom() {
    if (running.isEmpty() && !ready.isAny()) return true;
    var limits = settings.options().limits();
    return held <= limits.inFlightItemsMax() / 4 * 3
        && heldBytes <= limits.inFlightBytesMax() / 4 * 3;
  }

  int held() {
    return held;
  }

  int inProgress() {
    return running.size();
  }

  int inProgress(Collection<PartitionLedger<Slot>> of) {
    return running.sizeOf(of);
  }

  int backingOff() {
    return waiting.size();
  }

  /// Items that wait for another process, by the version that they wait for.
  List<LaneStats.Left> left() {
    return left.byVersion();
  }

  String suspendedBecause() {
    return waiting.suspendedBecause(!running.isEmpty());
  }

  long suspendedNanos(long now) {
    return waiting.suspendedNanos(now);
  }

  /// Time for which nothing falls due.
  ///
  /// @param starts whether anything may start
  long waitNanos(long now, boolean starts) {
    var wait = Math.min(waiting.waitNanos(now, starts), running.waitNanos(now));
    return starts && ready.waitForTheGate() ? Math.min(wait, GATE_NANOS) : wait;
  }

  /// Number of handlers that may run now.
  int permits(long now) {
    return Math.min(ports.handlers().permits(), waiting.allowed(now));
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
