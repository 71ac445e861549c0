package dev.phaseline.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class RetryPolicyTest {
  private static final long TEN_YEARS_MS = 3_650L * 24 * 60 * 60 * 1_000;

  @Property
  void theDelayStaysBetweenHalfAndAllOfTheDoubledAndCappedDelay(
      @ForAll @IntRange(min = 1, max = 200) int failed,
      @ForAll @LongRange(max = TEN_YEARS_MS / 2) long minMs,
      @ForAll @LongRange(max = TEN_YEARS_MS / 2) long moreMs,
      @ForAll @DoubleRange(max = 1, maxIncluded = false) double jitter) {
    var policy =
        RetryPolicy.DEFAULT
            .withAttemptsMax(201)
            .withDelays(Duration.ofMillis(minMs), Duration.ofMillis(minMs + moreMs));
    var ceiling = (double) minMs;
    for (var i = 1; i < Math.min(failed, 21); i++) ceiling *= 2;
    ceiling = Math.min(ceiling, (double) minMs + moreMs);

    var delay = ((RetryPolicy.Verdict.RetryIn) policy.after(failed, jitter)).delay().toMillis();

    assertThat((double) delay).isBetween(Math.floor(ceiling * 0.49), ceiling);
  }

  @Property
  void theLastAttemptIsTheLast(
      @ForAll @IntRange(min = 1, max = 50) int attemptsMax,
      @ForAll @IntRange(min = 1, max = 60) int failed) {
    var verdict = RetryPolicy.DEFAULT.withAttemptsMax(attemptsMax).after(failed, 0.5);

    if (failed < attemptsMax) assertThat(verdict).isInstanceOf(RetryPolicy.Verdict.RetryIn.class);
    else {
      assertThat(verdict)
          .isEqualTo(
              new RetryPolicy.Verdict.GiveUp(
                  "attempt " + failed + " of " + attemptsMax + " failed"));
    }
  }

  @Example
  void thereIsNoSecondAttemptWhenThePolicySaysNever() {
    assertThat(RetryPolicy.never().after(1, 0)).isInstanceOf(RetryPolicy.Verdict.GiveUp.class);
  }

  @Example
  void aPayloadThatCanNotBeReadIsDeadAtOnceAndADependencyThatIsDownSuspends() {
    assertThat(RetryPolicy.DEFAULT.after(1, new PayloadException("bad"), 0))
        .isInstanceOf(RetryPolicy.Verdict.GiveUp.class);
    assertThat(RetryPolicy.DEFAULT.after(1, new DependencyDownException("down"), 0))
        .isInstanceOf(RetryPolicy.Verdict.SuspendFor.class);
  }

  @Example
  void theFirstRuleThatFitsWinsAndGoesBeforeTheBuiltInOnes() {
    var policy =
        RetryPolicy.DEFAULT
            .on(UncheckedIOException.class, RetryPolicy.Judgement.SUSPEND)
            .on(RuntimeException.class, RetryPolicy.Judgement.DEAD);

    assertThat(policy.after(1, new UncheckedIOException(new IOException("x")), 0))
        .isInstanceOf(RetryPolicy.Verdict.SuspendFor.class);
    assertThat(policy.after(1, new DependencyDownException("down"), 0))
        .isInstanceOf(RetryPolicy.Verdict.GiveUp.class);
    assertThat(policy.after(1, new IOException("x"), 0))
        .isInstanceOf(RetryPolicy.Verdict.RetryIn.class);
  }

  @Example
  void badSettingsAreRefusedWithTheirValue() {
    assertThatThrownBy(() -> RetryPolicy.DEFAULT.withAttemptsMax(0)).hasMessageContaining("0");
    assertThatThrownBy(
            () -> RetryPolicy.DEFAULT.withDelays(Duration.ofMillis(-1), Duration.ofMillis(5)))
        .hasMessageContaining("PT-0.001S");
    assertThatThrownBy(
            () -> RetryPolicy.DEFAULT.withDelays(Duration.ofMillis(9), Duration.ofMillis(5)))
        .hasMessageContaining("PT0.005S")
        .hasMessageContaining("PT0.009S");
  }

  @Example
  void thePolicyKeepsItsOwnCopyOfTheRules() {
    var policy = RetryPolicy.never();
    assertThat(policy.on(Error.class, RetryPolicy.Judgement.DEAD).rules()).hasSize(1);
    assertThat(policy.rules()).isEmpty();
  }

  @Example
  void rulesSeeThroughWrappersOfWhateverDepthAndACircleOfThemEnds() {
    var policy = RetryPolicy.DEFAULT.on(IOException.class, RetryPolicy.Judgement.SUSPEND);
    Throwable deep = new IOException("disk");
    for (var i = 0; i < 5; i++) {
      deep = new CompletionException(new ExecutionException(new InvocationTargetException(deep)));
      assertThat(policy.judge(deep)).isEqualTo(RetryPolicy.Judgement.SUSPEND);
    }
    assertThat(policy.judge(new UndeclaredThrowableException(new IOException("disk"))))
        .isEqualTo(RetryPolicy.Judgement.SUSPEND);
    assertThat(policy.judge(new CompletionException(new PayloadException("no"))))
        .isEqualTo(RetryPolicy.Judgement.DEAD);
    assertThat(policy.judge(new ExecutionException(new DependencyDownException("away"))))
        .isEqualTo(RetryPolicy.Judgement.SUSPEND);
    // what is no wrapper hides what is in it
    assertThat(policy.judge(new IllegalStateException(new IOException("disk"))))
        .isEqualTo(RetryPolicy.Judgement.RETRY);
    assertThat(policy.judge(new Circle())).isEqualTo(RetryPolicy.Judgement.RETRY);
  }

  /// A wrapper that goes round over another one.
  private static final class Circle extends CompletionException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable getCause() {
      return new ExecutionException(this);
    }
  }

  @Example
  void aRuleForTheWrapperItselfFitsAndARuleForAllExceptionsIsAboutWhatIsInside() {
    var wrapped = new CompletionException(new DependencyDownException("away"));
    assertThat(
            RetryPolicy.DEFAULT
                .on(CompletionException.class, RetryPolicy.Judgement.DEAD)
                .judge(wrapped))
        .isEqualTo(RetryPolicy.Judgement.DEAD);
    assertThat(
            RetryPolicy.DEFAULT
                .on(Exception.class, RetryPolicy.Judgement.DEAD)
                .judge(new ExecutionException(new AssertionError("odd"))))
        .as("no rule is about the error, one is about what brought it")
        .isEqualTo(RetryPolicy.Judgement.DEAD);
    assertThat(
            RetryPolicy.DEFAULT
                .on(IOException.class, RetryPolicy.Judgement.RETRY)
                .on(Exception.class, RetryPolicy.Judgement.DEAD)
                .judge(new ExecutionException(new IOException("disk"))))
        .isEqualTo(RetryPolicy.Judgement.RETRY);
  }

  @Example
  void subclassesOfTheTwoOwnExceptionsMeanTheSame() {
    var unpaid =
        new PayloadException("no amount") {
          private static final long serialVersionUID = 1L;
        };
    var bankAway =
        new DependencyDownException("the bank is away") {
          private static final long serialVersionUID = 1L;
        };
    assertThat(RetryPolicy.DEFAULT.judge(unpaid)).isEqualTo(RetryPolicy.Judgement.DEAD);
    assertThat(RetryPolicy.DEFAULT.judge(bankAway)).isEqualTo(RetryPolicy.Judgement.SUSPEND);
  }
}
