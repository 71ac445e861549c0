package dev.phaseline.core.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// The attempts of a lane that are handed out, whether they have started or wait behind another of
/// their chain. What has not started can be taken back, and returns to where it was ready. Owned by
/// the lane.
final class RunningAttempts {
  private final long timeoutNanos;
  private final Ports ports;
  private final ReadyItems ready;
  private final Runnable meanwhile;
  private final AttemptList attempts = new AttemptList();
  private final Runs runs = new Runs();
  private long nextExpiryCheckNanos;
  private boolean expiryChecked;

  RunningAttempts(long timeoutNanos, Ports ports, ReadyItems ready) {
    this.timeoutNanos = timeoutNanos;
    this.ports = ports;
    this.ready = ready;
    this.meanwhile = ports.handlers()::meanwhile;
  }

  int size() {
    return attempts.size();
  }

  boolean isEmpty() {
    return attempts.isEmpty();
  }

  int sizeOf(Collection<PartitionLedger<Slot>> ledgers) {
    var count = 0;
    for (var attempt : attempts.all()) if (ledgers.contains(attempt.slot().ledger)) count++;
    return count;
  }

  /// All that are handed out, to be looked at while some are taken out.
  List<Attempt> all() {
    return attempts.all();
  }

  /// Hands out a chain of at least one item.
  void start(List<Slot> chain) {
    if (chain.size() == 1) {
      var only = List.of(begun(chain.getFirst()));
      ports.handlers().run(new Chain(only, meanwhile));
      return;
    }
    var begun = new ArrayList<Attempt>(chain.size());
    for (var slot : chain) begun.add(begun(slot));
    var handedOut = new Chain(begun, meanwhile);
    if (handedOut.isRun()) runs.add(handedOut, ports.nanos().getAsLong());
    ports.handlers().run(handedOut);
  }

  private Attempt begun(Slot slot) {
    var attempt = new Attempt(slot, slot.attempt);
    attempts.add(attempt);
    return attempt;
  }

  /// Whether items of several keys are handed out together. When handlers have become slow, what
  /// was handed out so is taken back.
  boolean formsRuns(long now) {
    if (ports.handlers().areQuick()) return runs.mayForm(now);
    if (!runs.isEmpty()) withdrawAll();
    runs.pause(now);
    return false;
  }

  /// Takes back what waits behind an item that turns out to be slow.
  void split(long now) {
    runs.split(now, this::takeBack);
  }

  /// An attempt has ended.
  void remove(Attempt attempt) {
    attempts.remove(attempt);
  }

  /// Takes back what has not started of a chain: it is the first to be handed out again.
  void takeBack(Attempt.HandOver chain) {
    ready.giveBack(taken(chain));
  }

  /// Takes back what has not started of a chain, for the caller to put somewhere.
  List<Slot> taken(Attempt.HandOver chain) {
    var back = chain.takeBack();
    if (back.isEmpty()) return List.of();
    var slots = new ArrayList<Slot>(back.size());
    for (var attempt : back) {
      attempts.remove(attempt);
      slots.add(attempt.slot());
    }
    return slots;
  }

  /// Takes back everything that has not started.
  void withdrawAll() {
    withdrawIf(_ -> true);
    runs.clear();
  }

  /// Takes back what has not started of these items, and what was handed out with it.
  void withdrawIf(Predicate<Slot> which) {
    for (var attempt : attempts.all()) {
      if (attempt.listed && which.test(attempt.slot())) takeBack(attempt.chain());
    }
  }

  /// Gives up attempts without a sign of life, and hands each over.
  void expire(long now, Consumer<Attempt> to) {
    if (expiryChecked && nextExpiryCheckNanos - now > 0) return;
    expiryChecked = true;
    nextExpiryCheckNanos = now + Math.max(timeoutNanos / 20, 1_000_000L);
    for (var attempt : attempts.all()) {
      if (!attempt.started() || now - attempt.signNanos() <= timeoutNanos) continue;
      if (!attempt.listed || !attempt.tryGiveUp()) continue;
      attempts.remove(attempt);
      ports.handlers().abandon(attempt);
      takeBack(attempt.chain());
      to.accept(attempt);
    }
  }

  /// Interrupts attempts that must not go on, each once.
  void interruptIf(Predicate<Item> which) {
    for (var attempt : attempts.all()) {
      if (attempt.cancelled() || !which.test(attempt.slot().item())) continue;
      attempt.cancel();
      ports.handlers().interrupt(attempt);
    }
  }

  /// The partition is another owner's: what still runs of it is left to itself.
  void forget(PartitionLedger<Slot> ledger) {
    for (var attempt : attempts.all()) {
      if (attempt.slot().ledger != ledger) continue;
      attempts.remove(attempt);
      attempt.slot().to(ItemState.GONE);
      attempt.slot().queue.running--;
      attempt.abandon();
      ports.handlers().abandon(attempt);
    }
  }

  /// Time until an attempt has to be looked at.
  long waitNanos(long now) {
    if (attempts.isEmpty()) return Long.MAX_VALUE;
    return Math.min(runs.waitNanos(now), Math.max(0, nextExpiryCheckNanos - now));
  }
}
