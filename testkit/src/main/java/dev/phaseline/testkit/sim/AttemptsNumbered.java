package dev.phaseline.testkit.sim;

import dev.phaseline.core.FailureOptions.AfterInPlace;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.engine.Failure;

/// An owner numbers an item's attempts without gaps, a suspension spends none, nor does an outage,
/// and there are at most as many as the policy says: dead letters are made after the last, not
/// before, not later, unless a budget of time is over. What is no outage spends one.
final class AttemptsNumbered implements Guarantee {
  private final Books books;
  private final PhaseOptions options;
  private final int attemptsMax;

  AttemptsNumbered(Books books, Scenario scenario) {
    this.books = books;
    options = scenario.settings().options();
    attemptsMax = options.retry().attemptsMax();
  }

  @Override
  public String name() {
    return "attempts-numbered";
  }

  @Override
  public void started(Tenure.Run run) {
    var course = run.course;
    var mayBeGivenBack =
        books.evidence().isSuspected(course.tenure.lane)
            && run.number() < course.next
            && run.number() >= course.item.attempt();
    if (run.number() != course.next && !mayBeGivenBack) {
      throw broken(run + " should be attempt " + course.next);
    }
    if (run.number() > attemptsMax) throw broken(run + " is over the limit of " + attemptsMax);
  }

  @Override
  public void dead(Tenure.Course course, Failure.Kind kind) {
    if (course.settled) throw broken(course + " becomes a dead letter, but has its result");
    if (course.active != null) throw broken(course + " becomes a dead letter while it runs");
    var refused = kind == Failure.Kind.THROWN && course.refused;
    if (kind == Failure.Kind.CRASHED || course.next > attemptsMax || refused) return;
    var late =
        books.isOver(course, options.retry().totalMax())
            || (options.failures().afterInPlace() == AfterInPlace.DEAD_LETTER
                && books.isOver(course, options.retry().inPlaceMax()));
    if (!late) {
      throw broken(course + " is dead after attempt " + (course.next - 1) + " of " + attemptsMax);
    }
  }
}
