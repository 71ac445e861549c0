package dev.phaseline.testkit;

import dev.phaseline.core.DeadKind;
import dev.phaseline.core.Phase;
import dev.phaseline.core.RetryPolicy.Verdict;
import dev.phaseline.core.engine.Thrown;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/// Says what follows a failed attempt, by the phase's policy.
///
/// @param jitter in [0, 1)
record Followup(DoubleSupplier jitter) {

  /// What follows.
  sealed interface Step {
    /// The item is given up.
    record Bury(DeadKind kind, String reason) implements Step {}

    /// Another attempt; this one is spent.
    record TryAgain(Duration delay, String why) implements Step {}

    /// The phase waits; the attempt is not spent.
    record Hold(Duration delay) implements Step {}
  }

  Step asked(Phase<?> phase, Item item, Duration delay, String reason, Instant now) {
    var policy = phase.options().retry();
    var verdict = policy.after(item.attempt, jitter.getAsDouble());
    if (verdict instanceof Verdict.GiveUp) return new Step.Bury(DeadKind.FAILED, reason);
    return follow(phase, item, new Verdict.RetryIn(delay), reason, now);
  }

  Step threw(Phase<?> phase, Item item, Thrown thrown, Instant now) {
    var said = thrown.said().simpleError() + ": " + thrown.said().message();
    var policy = phase.options().retry();
    var judgement = policy.judge(thrown.classes());
    var verdict = policy.after(item.attempt, judgement, jitter.getAsDouble());
    return follow(phase, item, verdict, said, now);
  }

  private static Step follow(Phase<?> phase, Item item, Verdict verdict, String said, Instant now) {
    var first = item.firstStart == null ? now : item.firstStart;
    return switch (phase.options().retry().within(verdict, Duration.between(first, now))) {
      case Verdict.GiveUp(var why) -> new Step.Bury(DeadKind.FAILED, why + ": " + said);
      case Verdict.SuspendFor(var hold) -> new Step.Hold(hold);
      case Verdict.RetryIn(var delay) -> {
        var deadline = item.deadline();
        if (deadline != null && Duration.between(now, deadline).compareTo(delay) < 0) {
          yield new Step.Bury(
              DeadKind.EXPIRED,
              "the job's deadline comes before its next attempt, in " + delay + ": " + said);
        }
        yield new Step.TryAgain(delay, said);
      }
    };
  }
}
