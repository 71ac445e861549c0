package dev.phaseline.testkit.sim;

import dev.phaseline.core.engine.Failure;

/// An owner numbers an item's attempts without gaps, a suspension spends none, and there are at
/// most as many as the policy says: dead letters are made after the last, not before, not later.
final class AttemptsNumbered implements Guarantee {
  private final int attemptsMax;

  AttemptsNumbered(Scenario scenario) {
    attemptsMax = scenario.settings().options().retry().attemptsMax();
  }

  @Override
  public String name() {
    return "attempts-numbered";
  }

  @Override
  public void started(Tenure.Run run) {
    var course = run.course;
    if (run.number() != course.next) throw broken(run + " should be attempt " + course.next);
    if (run.number() > attemptsMax) throw broken(run + " is over the limit of " + attemptsMax);
  }

  @Override
  public void dead(Tenure.Course course, Failure.Kind kind) {
    if (course.settled) throw broken(course + " becomes a dead letter, but has its result");
    if (course.active != null) throw broken(course + " becomes a dead letter while it runs");
    var refused = kind == Failure.Kind.THROWN && course.refused;
    if (kind != Failure.Kind.CRASHED && course.next <= attemptsMax && !refused) {
      throw broken(course + " is dead after attempt " + (course.next - 1) + " of " + attemptsMax);
    }
  }
}
