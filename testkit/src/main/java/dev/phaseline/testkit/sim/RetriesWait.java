package dev.phaseline.testkit.sim;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.PayloadException;
import dev.phaseline.core.engine.AttemptResult;
import java.util.IdentityHashMap;

/// No attempt starts before its time: not before the policy's shortest delay for it has passed, not
/// before what the handler asked for, and nothing at all while the phase is suspended.
final class RetriesWait implements Guarantee {
  private final Books books;
  private final Switches switches;
  private final long delayMin;
  private final long delayMax;
  private final IdentityHashMap<SimLane, Long> suspended = new IdentityHashMap<>();

  RetriesWait(Books books, Scenario scenario, Switches switches) {
    this.books = books;
    this.switches = switches;
    var policy = scenario.settings().options().retry();
    delayMin = policy.delayMin().toMillis();
    delayMax = policy.delayMax().toMillis();
  }

  @Override
  public String name() {
    return "retries-wait";
  }

  @Override
  public void started(Tenure.Run run) {
    var now = books.world().now();
    if (now < run.course.notBefore && !run.isOfFailureHandler() && !isForgiven(run)) {
      throw broken(run + " starts " + (run.course.notBefore - now) + " ns too early");
    }
    if (run.course.tenure.lane.handlers().isHandingOver()) return; // not known to the lane yet
    var until = suspended.getOrDefault(run.course.tenure.lane, Long.MIN_VALUE);
    if (now < until) throw broken(run + " starts while the phase is suspended");
  }

  /// Whether it waited for its failure handler when its attempts turned out to be an outage's: it
  /// waits with its phase then.
  private boolean isForgiven(Tenure.Run run) {
    return switches.handlesFailures()
        && run.number() < run.course.next
        && books.evidence().isSuspected(run.course.tenure.lane);
  }

  @Override
  public void drained(Tenure.Run run) {
    if (run.abandoned || run.result == null || books.isCancelled(run)) return;
    switch (run.result) {
      case AttemptResult.Settled _, AttemptResult.GaveUp _, AttemptResult.LeftToOthers _ -> {}
      case AttemptResult.Threw _ when run.isOfFailureHandler() -> {}
      case AttemptResult.Threw(var thrown) -> {
        if (thrown.is(DependencyDownException.class)) suspend(run, shortest(3));
        else if (!thrown.is(PayloadException.class)) backOff(run);
      }
      case AttemptResult.RetryAsked(var delay, var _) -> wait(run, delay.toNanos());
      case AttemptResult.SuspendAsked(var delay, var _) -> suspend(run, delay.toNanos());
    }
  }

  @Override
  public void abandoned(Tenure.Run run) {
    if (run.isOfFailureHandler()) return;
    run.endedAt = books.world().now();
    backOff(run);
  }

  /// Checks the pause before a retry. A spared attempt does not back off, it waits with its phase.
  private void backOff(Tenure.Run run) {
    if (books.evidence().isSuspected(run.course.tenure.lane)) return;
    wait(run, shortest(run.number()));
  }

  private void wait(Tenure.Run run, long nanos) {
    run.course.notBefore = run.endedAt + nanos;
  }

  private void suspend(Tenure.Run run, long nanos) {
    suspended.merge(run.course.tenure.lane, run.endedAt + nanos, Math::max);
  }

  /// The shortest delay of the policy: half of the doubled and capped one.
  private long shortest(int failedAttempt) {
    var doubled = delayMin << Math.min(failedAttempt - 1, 20);
    return Math.min(doubled, delayMax) / 2 * Scenario.MS;
  }
}
