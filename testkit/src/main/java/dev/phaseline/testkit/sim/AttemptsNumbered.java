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
  private final Switches switches;

  AttemptsNumbered(Books books, Scenario scenario, Switches switches) {
    this.books = books;
    this.switches = switches;
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
    if (run.isOfFailureHandler()) {
      var after = course.next - 1; // or after an attempt that does not count
      if (run.number() == after || run.number() == course.next) return;
      throw broken(run + " is decided about, but its next attempt is " + course.next);
    }
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
    var isUndecided = kind == Failure.Kind.UNDECIDED;
    if (switches.handlesFailures() && kind != Failure.Kind.CRASHED && !isUndecided) {
      throw broken(course + " becomes a dead letter, but its failure handler was not asked");
    }
    if (isUndecided && !course.isAsked) throw broken(course + " is undecided without a question");
    var refused = course.refused && (isUndecided || kind == Failure.Kind.THROWN);
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
