package dev.phaseline.core.engine;

import dev.phaseline.core.RetryPolicy;
import dev.phaseline.core.RetryPolicy.Judgement;
import dev.phaseline.core.RetryPolicy.Verdict;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/// Decision after a failed attempt: whether it counts, and whether, when and where there is
/// another. Owned by the lane.
///
/// An attempt counts unless the handler or a rule says that a dependency is down, or the failure is
/// one of an outage's. What counts is remembered with the item.
final class Aftermath {

  /// Consequence of an attempt.
  sealed interface Step {
    /// The attempt does not count and the phase rests.
    record Suspend(long restNanos, String why) implements Step {}

    /// The attempt does not count; the phase rests already.
    record Spare() implements Step {}

    /// Another attempt, from this lane.
    ///
    /// @param delayNanos from now
    /// @param behind whether the item gives up its place in its queue
    record Again(long delayNanos, boolean behind) implements Step {}

    /// Another look from this lane, which counts for nothing; the item keeps its place.
    ///
    /// @param delayNanos from now
    record Wait(long delayNanos) implements Step {}

    /// Another attempt, which the timer service brings about.
    record Leave(Settlement settlement) implements Step {}

    /// No other attempt.
    record Bury(Failure.Kind kind, String reason) implements Step {}
  }

  private final LaneSettings settings;
  private final Ports ports;
  private final Suspension suspension;
  private final RetryPolicy retry;
  private final RetryRules rules;
  private final FailureJudge judge;
  private final Set<Slot> troubled = new LinkedHashSet<>();
  private long spared;

  Aftermath(LaneSettings settings, Ports ports, Suspension suspension) {
    this.settings = settings;
    this.ports = ports;
    this.suspension = suspension;
    this.retry = settings.options().retry();
    this.rules = RetryRules.of(settings.options());
    this.judge = new FailureJudge(settings.options().failures().outage());
  }

  /// A handler has ended an item well.
  void succeeded() {
    judge.succeeded();
    if (!suspension.isLimited()) return;
    suspension.succeeded();
    if (!suspension.isLimited()) judge.over();
  }

  /// The item has its result or is gone: nothing of it is kept here.
  void forget(Slot slot) {
    if (slot.trail != null) troubled.remove(slot);
  }

  /// Number of attempts that did not count.
  long spared() {
    return spared;
  }

  /// After a throw.
  Step threw(Attempt attempt, Thrown thrown, long now) {
    var number = attempt.slot().attempt;
    var failure = Failure.threw(number, thrown, attempt.startNanos(), now);
    var verdict = rules.threw(number, thrown, ports.chance().getAsDouble());
    if (verdict instanceof Verdict.SuspendFor(var delay)) {
      return suspended(delay, failure.said().message());
    }
    if (retry.judge(thrown.classes()) == Judgement.DEAD) {
      return counted(attempt, failure, verdict, now);
    }
    return judged(attempt, failure, verdict, now);
  }

  /// After a timeout.
  Step timedOut(Attempt attempt, String message, long now) {
    var number = attempt.slot().attempt;
    var kind = Failure.Kind.TIMED_OUT;
    var failure = new Failure(number, attempt.startNanos(), now, kind, FailureText.of(message));
    var verdict = retry.after(number, ports.chance().getAsDouble());
    return judged(attempt, failure, verdict, now);
  }

  /// The handler wants another attempt: it has had its say, so nothing is judged.
  Step asked(Attempt attempt, Duration delay, String reason, long now) {
    var number = attempt.slot().attempt;
    var failure = Failure.asked(number, reason, attempt.startNanos(), now);
    return counted(attempt, failure, rules.asked(number, delay, reason), now);
  }

  /// The handler says that a dependency is down.
  Step suspended(Duration delay, String why) {
    spared++;
    return new Step.Suspend(Nanos.of(delay), why);
  }

  private Step judged(Attempt attempt, Failure failure, Verdict verdict, long now) {
    if (!judge.isOn()) return counted(attempt, failure, verdict, now);
    var sort = FailureJudge.fingerprint(failure);
    if (judge.isInForce(sort)) {
      var probe = suspension.hasStartedSince(attempt.startNanos());
      if (probe && judge.isOverdue(now))
        return rested(counted(attempt, failure, verdict, now), now);
      spared++;
      return probe ? outage(failure) : new Step.Spare();
    }
    if (!judge.failed(now, sort, keyOf(attempt.slot()))) {
      return counted(attempt, failure, verdict, now);
    }
    spared++;
    takeBack(sort, now);
    return outage(failure);
  }

  /// The phase rests also after a probe that counts.
  private Step rested(Step step, long now) {
    suspension.suspend(now, judge.restNanos(ports.chance().getAsDouble()), suspension.reason());
    return step;
  }

  private Step outage(Failure failure) {
    var why = "taken for an outage, many keys fail alike: " + failure.inWords();
    return new Step.Suspend(judge.restNanos(ports.chance().getAsDouble()), why);
  }

  /// Identity of the key; of the item itself when it has none.
  private static long keyOf(Slot slot) {
    var key = slot.queue.key;
    if (key != null) return key.hashCode();
    return Long.MIN_VALUE | (((long) slot.partition() << 48) ^ slot.offset());
  }

  /// The attempts that were spent before the outage was known.
  private void takeBack(String sort, long now) {
    var window = Nanos.of(settings.options().failures().outage().window());
    for (var slot : troubled) {
      if (slot.state() == ItemState.RUNNING || slot.trail == null) continue;
      var count =
          slot.trail.takeBack(
              failure ->
                  now - failure.endedNanos() <= window
                      && FailureJudge.fingerprint(failure).equals(sort));
      spared += count;
      slot.attempt -= count;
      if (count == 0 || slot.lastFailure == null || !slot.lastFailure.isCounted()) continue;
      slot.lastFailure = null; // it has attempts again
      slot.attempt++; // no number was spent on the one that would have come next
    }
  }

  private Step counted(Attempt attempt, Failure failure, Verdict verdict, long now) {
    var slot = attempt.slot();
    slot.remember(failure);
    troubled.add(slot);
    var sinceFirst = now - slot.firstStartNanos(failure.startedNanos());
    var item =
        new RetryRules.Situation(
            slot.queue.key != null, Duration.ofNanos(sinceFirst), attempt.left(now));
    return switch (rules.next(verdict, failure.kind(), item)) {
      case RetryRules.Next.Suspend(var delay) -> suspended(delay, failure.said().message());
      case RetryRules.Next.Bury(var kind, var why) -> new Step.Bury(kind, why);
      case RetryRules.Next.Again(var delay, var order) -> again(slot, Nanos.of(delay), order);
    };
  }

  private Step again(Slot slot, long delayNanos, RetryRules.Order order) {
    slot.attempt++;
    return switch (order) {
      case NONE -> unordered(slot, delayNanos, false);
      case KEPT -> new Step.Again(delayNanos, false);
      case GIVEN_UP -> unordered(slot, delayNanos, true);
    };
  }

  private Step unordered(Slot slot, long delayNanos, boolean behind) {
    if (delayNanos >= Nanos.of(settings.options().failures().leaveLaneAfter())) {
      var settlement = ports.deferrals().of(slot, delayNanos);
      if (settlement.isPresent()) return new Step.Leave(settlement.get());
    }
    return new Step.Again(delayNanos, behind);
  }
}
