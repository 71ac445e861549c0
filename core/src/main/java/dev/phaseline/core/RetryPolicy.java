package dev.phaseline.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Policy for failed attempts: a pure value, the same answer for the same arguments.
///
/// The delay grows from `delayMin` by doubling up to `delayMax`, and is then scaled by a jitter in
/// [0.5, 1), which the caller rolls. Rules look at what was thrown, the first one that fits wins.
/// They see through `CompletionException`, `ExecutionException`, `UndeclaredThrowableException` and
/// `InvocationTargetException`: a rule for what is inside fits, and so does one for the wrapper.
///
/// Two budgets of time stand beside the number of attempts, both counted from the start of the
/// item's first attempt in the phase that counts. No attempt begins after `totalMax`: an item whose
/// next one would is given up at once. And under an ordering, an item that is not through within
/// `inPlaceMax` is treated as [FailureOptions#afterInPlace()] says.
public final class RetryPolicy {
  /// Treatment of an exception by a rule.
  public enum Judgement {
    /// Spend an attempt and try again.
    RETRY,
    /// Dead letter at once.
    DEAD,
    /// Suspend the phase: no attempt is spent.
    SUSPEND
  }

  /// One exception class and what it means.
  ///
  /// @param thrown this class and its subclasses
  /// @param judgement what it means
  public record Rule(Class<? extends Throwable> thrown, Judgement judgement) {
    public Rule {
      Objects.requireNonNull(thrown, "a rule names no exception class");
      Objects.requireNonNull(judgement, "a rule has no judgement");
    }

    private boolean fits(Class<? extends Throwable> type) {
      return thrown.isAssignableFrom(type);
    }
  }

  /// Consequence of a failed attempt.
  public sealed interface Verdict {
    /// Another attempt after this delay.
    ///
    /// @param delay from now
    record RetryIn(Duration delay) implements Verdict {}

    /// No attempt is left, or the failure is final.
    ///
    /// @param reason for the operator
    record GiveUp(String reason) implements Verdict {}

    /// The phase waits; the attempt does not count.
    ///
    /// @param delay from now
    record SuspendFor(Duration delay) implements Verdict {}
  }

  /// One minute in place: all ten attempts of [#DEFAULT] fit into it.
  public static final Duration IN_PLACE_DEFAULT = Duration.ofMinutes(1);

  /// Seven days in all, which is how long Kafka keeps a record when nobody says otherwise: an item
  /// that waits longer for its turn may find its record gone.
  public static final Duration TOTAL_DEFAULT = Duration.ofDays(7);

  /// Ten attempts from 100 ms to 30 s; a payload that can't be decoded is dead at once, a
  /// dependency that is down suspends.
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(
          new Values(
              10,
              Duration.ofMillis(100),
              Duration.ofSeconds(30),
              IN_PLACE_DEFAULT,
              TOTAL_DEFAULT,
              List.of()));

  private static final List<Rule> BUILT_IN =
      List.of(
          new Rule(PayloadException.class, Judgement.DEAD),
          new Rule(DependencyDownException.class, Judgement.SUSPEND));

  private record Values(
      int attemptsMax,
      Duration delayMin,
      Duration delayMax,
      Duration inPlaceMax,
      Duration totalMax,
      List<Rule> rules) {
    Values {
      if (attemptsMax < 1) throw new IllegalArgumentException("attemptsMax < 1: " + attemptsMax);
      if (delayMin.isNegative()) {
        throw new IllegalArgumentException("delayMin is negative: " + delayMin);
      }
      if (delayMax.compareTo(delayMin) < 0) {
        throw new IllegalArgumentException("delayMax " + delayMax + " < delayMin " + delayMin);
      }
      if (inPlaceMax.isNegative()) {
        throw new IllegalArgumentException("inPlaceMax is negative: " + inPlaceMax);
      }
      if (totalMax.isNegative()) {
        throw new IllegalArgumentException("totalMax is negative: " + totalMax);
      }
      rules = List.copyOf(rules);
    }
  }

  /// The values by name, from which every copy is made: none can take the place of another.
  private static final class Draft {
    int attemptsMax;
    Duration delayMin;
    Duration delayMax;
    Duration inPlaceMax;
    Duration totalMax;
    List<Rule> rules;

    Draft(Values of) {
      attemptsMax = of.attemptsMax;
      delayMin = of.delayMin;
      delayMax = of.delayMax;
      inPlaceMax = of.inPlaceMax;
      totalMax = of.totalMax;
      rules = of.rules;
    }

    Values values() {
      return new Values(attemptsMax, delayMin, delayMax, inPlaceMax, totalMax, rules);
    }
  }

  private final Values values;

  private RetryPolicy(Values values) {
    this.values = values;
  }

  /// Number of attempts that an item has, at least 1.
  public int attemptsMax() {
    return values.attemptsMax;
  }

  /// The first delay's ceiling.
  public Duration delayMin() {
    return values.delayMin;
  }

  /// No delay is longer, but for what a handler asks for.
  public Duration delayMax() {
    return values.delayMax;
  }

  /// Time for which a retrying item holds back its key before the phase decides anew.
  public Duration inPlaceMax() {
    return values.inPlaceMax;
  }

  /// No attempt begins later than this after the first one began.
  public Duration totalMax() {
    return values.totalMax;
  }

  /// Exceptions that are judged differently, in order.
  public List<Rule> rules() {
    return values.rules;
  }

  /// No second attempt.
  public static RetryPolicy never() {
    return DEFAULT.withAttemptsMax(1).withDelays(Duration.ZERO, Duration.ZERO);
  }

  /// This policy with another number of attempts.
  public RetryPolicy withAttemptsMax(int attempts) {
    return with(draft -> draft.attemptsMax = attempts);
  }

  /// This policy with other delays.
  public RetryPolicy withDelays(Duration min, Duration max) {
    return with(
        draft -> {
          draft.delayMin = min;
          draft.delayMax = max;
        });
  }

  /// This policy with another budget for retries that hold back their key.
  public RetryPolicy withInPlaceMax(Duration budget) {
    return with(draft -> draft.inPlaceMax = budget);
  }

  /// This policy with another budget for all attempts together.
  public RetryPolicy withTotalMax(Duration budget) {
    return with(draft -> draft.totalMax = budget);
  }

  /// This policy with one more rule, after those it has.
  public RetryPolicy on(Class<? extends Throwable> thrown, Judgement judgement) {
    var more = new ArrayList<>(values.rules);
    more.add(new Rule(thrown, judgement));
    return with(draft -> draft.rules = more);
  }

  /// Judges a throw.
  ///
  /// @param failedAttempt which attempt it was, from 1
  /// @param thrown what the handler threw
  /// @param jitter in [0, 1), rolled by the caller
  public Verdict after(int failedAttempt, Throwable thrown, double jitter) {
    return after(failedAttempt, judge(thrown), jitter);
  }

  /// The verdict that follows a throw that was judged.
  ///
  /// @param failedAttempt which attempt it was, from 1
  /// @param judgement what the rules say about it
  /// @param jitter in [0, 1), rolled by the caller
  public Verdict after(int failedAttempt, Judgement judgement, double jitter) {
    return switch (judgement) {
      case RETRY -> after(failedAttempt, jitter);
      case DEAD -> new Verdict.GiveUp("failure is final by rule");
      case SUSPEND -> new Verdict.SuspendFor(backoff(3, jitter));
    };
  }

  /// Judges a failure that has no exception (a timeout, say).
  ///
  /// @param failedAttempt which attempt it was, from 1
  /// @param jitter in [0, 1), rolled by the caller
  public Verdict after(int failedAttempt, double jitter) {
    if (failedAttempt >= values.attemptsMax) {
      return new Verdict.GiveUp(
          "attempt " + failedAttempt + " of " + values.attemptsMax + " failed");
    }
    return new Verdict.RetryIn(backoff(failedAttempt, jitter));
  }

  /// The same verdict, unless the attempt that it allows would begin after the total budget.
  ///
  /// @param verdict what was decided so far
  /// @param sinceFirst how long ago the first attempt began
  public Verdict within(Verdict verdict, Duration sinceFirst) {
    if (!(verdict instanceof Verdict.RetryIn(var delay))) return verdict;
    if (delay.compareTo(values.totalMax.minus(sinceFirst)) <= 0) return verdict;
    return new Verdict.GiveUp(
        "the next attempt, in "
            + delay
            + ", would begin after the total budget of "
            + values.totalMax);
  }

  /// The rules' judgement of an exception, whatever the number of attempts.
  public Judgement judge(Throwable thrown) {
    return judge(Causes.classesOf(thrown));
  }

  /// The rules' judgement of an exception that is known by its classes alone.
  ///
  /// @param classes the failure's own, then those of the wrappers around it ([Causes#classesOf])
  public Judgement judge(List<Class<? extends Throwable>> classes) {
    var failure = classes.getFirst();
    var wrappers = classes.subList(1, classes.size());
    for (var rule : values.rules) {
      if (rule.fits(failure)) return rule.judgement();
      // a rule for exceptions in general is about what is in a wrapper, not about the wrapper
      if (Causes.isWrapper(rule.thrown()) && wrappers.stream().anyMatch(rule::fits)) {
        return rule.judgement();
      }
    }
    for (var rule : BUILT_IN) if (rule.fits(failure)) return rule.judgement();
    for (var rule : values.rules)
      if (wrappers.stream().anyMatch(rule::fits)) return rule.judgement();
    return Judgement.RETRY;
  }

  private Duration backoff(int failedAttempt, double jitter) {
    var doublings = Math.min(failedAttempt - 1, 20); // bounded, so the multiplication cannot wrap
    var cappedMs = Math.min(values.delayMin.toMillis(), Duration.ofDays(3650).toMillis());
    var ceilingMs = Math.min(cappedMs * (1L << doublings), values.delayMax.toMillis());
    return Duration.ofMillis((long) (ceilingMs * (0.5 + jitter / 2)));
  }

  private RetryPolicy with(Consumer<Draft> change) {
    var draft = new Draft(values);
    change.accept(draft);
    return new RetryPolicy(draft.values());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RetryPolicy that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "RetryPolicy" + values.toString().substring("Values".length());
  }
}
