package dev.phaseline.core.engine;

import dev.phaseline.core.RetryPolicy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The items of a lane between the log and the transaction: waiting, running, backing off. Owned by
/// the lane.
final class Work<R, S> {
  private record Due<R, S>(long atNanos, long order, Slot<R, S> slot)
      implements Comparable<Due<R, S>> {
    @Override
    public int compareTo(Due<R, S> that) {
      var byTime = Long.signum(atNanos - that.atNanos);
      return byTime != 0 ? byTime : Long.compare(order, that.order);
    }
  }

  private final LaneSettings settings;
  private final Lane.Ports<R, S> ports;
  private final KeyLanes<R, S> keys;
  private final Running<R, S> inProgress = new Running<>();
  private final PriorityQueue<Due<R, S>> backoffs = new PriorityQueue<>();
  private final Suspension suspension = new Suspension();
  private Consumer<Slot<R, S>> onSettled = _ -> {};
  private @Nullable Slot<R, S> onProbation;
  private int held;
  private long heldBytes;
  private long order;
  private long nextExpiryCheckNanos;
  private boolean expiryChecked;

  private long fetched;
  private long settledCount;
  private long dead;
  private long retries;
  private long timedOut;
  private long suspensions;
  private long fenced;

  Work(LaneSettings settings, Lane.Ports<R, S> ports) {
    this.settings = settings;
    this.ports = ports;
    this.keys = new KeyLanes<>(settings.options().ordering());
  }

  void onSettled(Consumer<Slot<R, S>> listener) {
    onSettled = listener;
  }

  void add(PartitionLedger<R, S> ledger, LaneLog.Fetched<R> record) {
    var queue = keys.queueFor(record.partition(), record.key());
    var slot =
        new Slot<>(
            ledger, queue, record.offset(), record.record(), record.bytes(), record.attempt());
    ledger.append(slot);
    held++;
    heldBytes += record.bytes();
    fetched++;
    keys.add(slot);
  }

  /// Hands out everything that may run.
  void dispatch(long now) {
    var allowed = suspension.allowed(now);
    while (keys.hasReady() && inProgress.size() < allowed && onProbation == null) {
      var chain = keys.next(allowed - inProgress.size());
      var alone = firstOnProbation(chain);
      if (alone == 0) {
        if (!dispatchAlone(chain)) return;
      } else {
        giveBack(chain.subList(alone, chain.size()));
        handOut(chain.subList(0, alone));
      }
    }
  }

  /// The place of the first item that has to run alone. A key's items may come from several
  /// partitions, so it need not be the first.
  private static <R, S> int firstOnProbation(List<Slot<R, S>> chain) {
    for (var i = 0; i < chain.size(); i++) {
      var slot = chain.get(i);
      if (slot.ledger.onProbation(slot.offset(), 2)) return i;
    }
    return chain.size();
  }

  private void handOut(List<Slot<R, S>> chain) {
    var attempts = new ArrayList<Attempt<R, S>>(chain.size());
    for (var slot : chain) {
      var attempt = new Attempt<>(slot, slot.attempt);
      slot.current = attempt;
      inProgress.add(attempt);
      attempts.add(attempt);
    }
    ports.handlers().run(attempts);
  }

  /// Runs the first item of a chain with nothing beside it; the others wait.
  private boolean dispatchAlone(List<Slot<R, S>> chain) {
    var slot = chain.getFirst();
    giveBack(chain.subList(1, chain.size()));
    if (slot.ledger.chargesOf(slot.offset()) >= settings.crashesAloneMax()) {
      var charges = slot.ledger.chargesOf(slot.offset());
      slot.ledger.acquit();
      crashed(slot, charges);
      return true;
    }
    if (!inProgress.isEmpty() || !ports.probation().tryEnter()) {
      giveBack(List.of(slot));
      return false;
    }
    onProbation = slot;
    slot.ledger.charge(slot.offset());
    return false;
  }

  private void crashed(Slot<R, S> slot, int charges) {
    var reason = "the worker's process died " + charges + " times while this item ran alone";
    slot.remember(
        new Failure(slot.attempt, ports.nanos().getAsLong(), Failure.Kind.CRASHED, reason, null));
    settleDead(slot, Failure.Kind.CRASHED, reason, ports.nanos().getAsLong());
    keys.ended(slot.queue);
  }

  /// Puts items that were handed out back at the head of their queue, in order.
  private void giveBack(List<Slot<R, S>> chain) {
    for (var slot : chain.reversed()) {
      slot.current = null;
      keys.giveBack(slot);
      keys.ended(slot.queue);
    }
  }

  /// Takes in what handlers have reported.
  void takeResults(long now) {
    ports.handlers().drain((attempt, result) -> ended(attempt, result, now));
  }

  private void ended(Attempt<R, S> attempt, AttemptResult<S> result, long now) {
    var slot = attempt.slot();
    if (slot.current != attempt) {
      fenced++;
      return;
    }
    inProgress.remove(attempt);
    slot.current = null;
    leaveProbation(slot);
    switch (result) {
      case AttemptResult.Settled<S>(var settlement) -> {
        suspension.succeeded();
        settle(slot, settlement, now);
        keys.ended(slot.queue);
      }
      case AttemptResult.Threw<S>(var thrown) -> {
        var verdict =
            settings.options().retry().after(slot.attempt, thrown, ports.chance().getAsDouble());
        var message = String.valueOf(thrown.getMessage());
        failed(slot, now, Failure.Kind.THROWN, message, thrown, verdict);
      }
      case AttemptResult.RetryAsked<S>(var delay, var reason) -> {
        var verdict = settings.options().retry().after(slot.attempt, 0);
        if (verdict instanceof RetryPolicy.Verdict.RetryIn) {
          verdict = new RetryPolicy.Verdict.RetryIn(delay);
        }
        failed(slot, now, Failure.Kind.RETRY_ASKED, reason, null, verdict);
      }
      case AttemptResult.SuspendAsked<S>(var delay, var reason) ->
          suspend(slot, now, delay.toNanos(), reason);
    }
  }

  private void failed(
      Slot<R, S> slot,
      long now,
      Failure.Kind kind,
      String message,
      @Nullable Throwable thrown,
      RetryPolicy.Verdict verdict) {
    switch (verdict) {
      case RetryPolicy.Verdict.SuspendFor(var delay) ->
          suspend(slot, now, delay.toNanos(), message);
      case RetryPolicy.Verdict.RetryIn(var delay) -> {
        slot.remember(new Failure(slot.attempt, now, kind, message, thrown));
        retries++;
        withdrawRest(slot);
        slot.attempt++;
        keys.block(slot.queue);
        keys.giveBack(slot);
        slot.queue.running--;
        backoffs.add(new Due<>(now + delay.toNanos(), order++, slot));
      }
      case RetryPolicy.Verdict.GiveUp(var why) -> {
        slot.remember(new Failure(slot.attempt, now, kind, message, thrown));
        withdrawRest(slot);
        settleDead(slot, kind, kind == Failure.Kind.RETRY_ASKED ? message : why, now);
        keys.ended(slot.queue);
      }
    }
  }

  private void suspend(Slot<R, S> slot, long now, long delayNanos, String reason) {
    suspensions++;
    suspension.suspend(now, delayNanos, reason);
    withdrawRest(slot);
    giveBack(List.of(slot));
    withdrawAll();
  }

  private void settleDead(Slot<R, S> slot, Failure.Kind kind, String reason, long now) {
    dead++;
    settle(slot, ports.deadLetters().of(slot, kind, reason), now);
  }

  private void settle(Slot<R, S> slot, Settlement<S> settlement, long now) {
    slot.settlement = settlement;
    slot.settledAtNanos = now;
    settledCount++;
    onSettled.accept(slot);
  }

  /// The commit that completes this item has happened.
  void completed(Slot<R, S> slot) {
    held--;
    heldBytes -= slot.bytes();
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

  private void giveUp(Attempt<R, S> attempt, long now) {
    var slot = attempt.slot();
    if (slot.current != attempt || !attempt.tryGiveUp()) return;
    timedOut++;
    inProgress.remove(attempt);
    slot.current = null;
    leaveProbation(slot);
    ports.handlers().abandon(attempt);
    var message = "no sign of life for " + settings.options().timeout();
    var verdict = settings.options().retry().after(slot.attempt, ports.chance().getAsDouble());
    failed(slot, now, Failure.Kind.TIMED_OUT, message, null, verdict);
  }

  /// Lets the items go whose next attempt is due, and the one on probation once it is charged.
  void wake(long now) {
    while (!backoffs.isEmpty() && backoffs.element().atNanos() - now <= 0) {
      var slot = backoffs.remove().slot();
      if (!slot.ledger.isClosed()) keys.unblock(slot.queue);
    }
    var alone = onProbation;
    if (alone != null && alone.current == null && !alone.ledger.commitWanted()) {
      handOut(List.of(alone));
    }
  }

  private void leaveProbation(Slot<R, S> slot) {
    if (onProbation != slot) return;
    slot.ledger.acquit();
    onProbation = null;
    ports.probation().leave();
  }

  /// Takes back the items of the same chain that have not started.
  private void withdrawRest(Slot<R, S> failed) {
    if (failed.queue.running <= 1) return;
    var rest = new ArrayList<Slot<R, S>>();
    for (var attempt : inProgress.all()) {
      if (attempt.slot().queue == failed.queue && attempt.tryWithdraw()) {
        inProgress.remove(attempt);
        rest.add(attempt.slot());
      }
    }
    giveBack(rest);
  }

  /// Takes back everything that has not started.
  void withdrawAll() {
    withdrawIf(_ -> true);
  }

  /// Takes back what has not started of these partitions.
  void withdraw(Collection<PartitionLedger<R, S>> leaving) {
    withdrawIf(slot -> leaving.contains(slot.ledger));
  }

  private void withdrawIf(Predicate<Slot<R, S>> which) {
    var back = new ArrayList<Slot<R, S>>();
    for (var attempt : inProgress.all()) {
      if (which.test(attempt.slot()) && attempt.tryWithdraw()) {
        inProgress.remove(attempt);
        leaveProbation(attempt.slot());
        back.add(attempt.slot());
      }
    }
    giveBack(back);
  }

  /// The partition is somebody else's: nothing of it is run, kept or published any more.
  void forget(PartitionLedger<R, S> ledger) {
    var queues = new LinkedHashSet<KeyLanes.KeyQueue<R, S>>();
    for (var slot = ledger.firstIncomplete(); slot != null; slot = slot.after) {
      held--;
      heldBytes -= slot.bytes();
      queues.add(slot.queue);
      var attempt = slot.current;
      if (attempt != null) {
        slot.current = null;
        inProgress.remove(attempt);
        slot.queue.running--;
        attempt.abandon();
        if (!attempt.tryWithdraw()) ports.handlers().abandon(attempt);
      }
      if (onProbation == slot) {
        if (attempt == null) slot.queue.running--; // charged, but not handed out yet
        leaveProbation(slot);
      }
    }
    backoffs.removeIf(
        due -> {
          var gone = due.slot().ledger == ledger;
          if (gone) due.slot().queue.blocked = false;
          return gone;
        });
    // The same keys may have items in partitions that stay: behind an attempt that was given up
    // they would never start, and nobody else would wake their queue.
    withdrawIf(slot -> queues.contains(slot.queue));
    keys.drop(queues, slot -> slot.ledger == ledger);
  }

  boolean isFull() {
    var limits = settings.options().limits();
    return held >= limits.inFlightItemsMax() || heldBytes >= limits.inFlightBytesMax();
  }

  /// Whether so much is gone that fetching is worth while again.
  boolean hasRoom() {
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

  int inProgress(Collection<PartitionLedger<R, S>> of) {
    var count = 0;
    for (var attempt : inProgress.all()) if (of.contains(attempt.slot().ledger)) count++;
    return count;
  }

  int backingOff() {
    return backoffs.size();
  }

  String suspendedBecause() {
    return suspension.isWaiting() ? suspension.reason() : "";
  }

  long waitNanos(long now) {
    var wait = Long.MAX_VALUE;
    if (!backoffs.isEmpty()) wait = Math.max(0, backoffs.element().atNanos() - now);
    if (suspension.isWaiting()) wait = Math.min(wait, suspension.waitNanos(now));
    return wait;
  }

  LaneStats.Work counts() {
    return new LaneStats.Work(fetched, settledCount, dead, retries, timedOut, suspensions, fenced);
  }
}
