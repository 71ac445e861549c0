package dev.phaseline.core.engine;

import dev.phaseline.core.FailureOptions;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.RetryPolicy;
import dev.phaseline.core.RetryPolicy.Verdict;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The meaning of a failed attempt that counts: whether there is another, when, and in which place.
/// The one reading of a phase's retry policy, its budgets of time and its deadline, for worker and
/// test kit alike. Pure; immutable.
///
/// Whether an attempt counts at all is another question: a lane spares those of an outage.
///
/// @param retry the phase's policy
/// @param afterInPlace the end of an ordered item's budget
public record RetryRules(RetryPolicy retry, FailureOptions.AfterInPlace afterInPlace) {

  /// An item waits so long at most for a process that can handle it, with one owner.
  private static final Duration LEFT_MAX = Duration.ofDays(1);

  /// From one look at such an item to the next. There is no use in many: what a process has does
  /// not change while it runs.
  private static final Duration LEFT_LOOK = Duration.ofSeconds(10);

  /// Consequence of a failed attempt.
  public sealed interface Next {
    /// Another attempt.
    ///
    /// @param delay from now
    /// @param order the item's place until then
    record Again(Duration delay, Order order) implements Next {}

    /// No other attempt.
    ///
    /// @param kind why
    /// @param why in words, without those of the failure
    record Bury(Failure.Kind kind, String why) implements Next {}

    /// The phase waits, and the attempt did not count after all.
    ///
    /// @param delay from now
    record Suspend(Duration delay) implements Next {}
  }

  /// The place of an item that waits for its next attempt.
  public enum Order {
    /// No place: it is in order with no other.
    NONE,
    /// A place that is kept, while those behind it wait.
    KEPT,
    /// A place that is given up: those behind it go first.
    GIVEN_UP
  }

  /// The item of a failed attempt, and its time.
  ///
  /// @param ordered whether others wait for it
  /// @param sinceFirst since the first attempt began that counts
  /// @param left until the job's deadline; null for none
  public record Situation(boolean ordered, Duration sinceFirst, @Nullable Duration left) {}

  /// The rules of a phase.
  public static RetryRules of(PhaseOptions options) {
    return new RetryRules(options.retry(), options.failures().afterInPlace());
  }

  /// The verdict on a throw.
  ///
  /// @param attempt which one failed, from 1
  /// @param chance in [0, 1)
  public Verdict threw(int attempt, Thrown thrown, double chance) {
    return retry.after(attempt, retry.judge(thrown.classes()), chance);
  }

  /// The verdict on an outcome that asks for another attempt.
  ///
  /// @param attempt which one asks, from 1
  /// @param reason the handler's
  public Verdict asked(int attempt, Duration delay, String reason) {
    return retry.after(attempt, 0) instanceof Verdict.RetryIn
        ? new Verdict.RetryIn(delay)
        : new Verdict.GiveUp(reason);
  }

  /// The consequence of a verdict under budgets and deadline.
  ///
  /// @param kind what sort of failure it was
  public Next next(Verdict verdict, Failure.Kind kind, Situation item) {
    return switch (retry.within(verdict, item.sinceFirst())) {
      case Verdict.SuspendFor(var delay) -> new Next.Suspend(delay);
      case Verdict.GiveUp(var why) -> new Next.Bury(kind, why);
      case Verdict.RetryIn(var delay) -> again(delay, kind, item);
    };
  }

  /// The consequence of an attempt that found that the item is for another process. It keeps its
  /// place, and waits for a day at most.
  ///
  /// @param since that was found first
  /// @param reason the thing that this process does not have
  public static Next leftToOthers(Duration since, String reason) {
    return since.compareTo(LEFT_MAX) < 0
        ? new Next.Again(LEFT_LOOK, Order.KEPT)
        : new Next.Bury(Failure.Kind.UNSERVED, "waited for " + LEFT_MAX + " for " + reason);
  }

  private Next again(Duration delay, Failure.Kind kind, Situation item) {
    var left = item.left();
    if (left != null && delay.compareTo(left) > 0) {
      return new Next.Bury(
          Failure.Kind.EXPIRED, "the job's deadline comes before its next attempt, in " + delay);
    }
    if (!item.ordered()) return new Next.Again(delay, Order.NONE);
    if (delay.compareTo(retry.inPlaceMax().minus(item.sinceFirst())) <= 0) {
      return new Next.Again(delay, Order.KEPT);
    }
    return switch (afterInPlace) {
      case PARK_KEY -> new Next.Again(delay, Order.KEPT);
      case GIVE_UP_ORDER -> new Next.Again(delay, Order.GIVEN_UP);
      case DEAD_LETTER ->
          new Next.Bury(
              kind, "its key was held back for the in-place budget of " + retry.inPlaceMax());
    };
  }
}
