package dev.phaseline.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Configuration that may get further options without breaking who uses it.
final class ConfigurationTest {
  @Test
  void constructorsAreNotApi() {
    for (var type : List.of(PhaseOptions.class, RetryPolicy.class)) {
      assertThat(type.getConstructors()).as(type.getSimpleName()).isEmpty();
      assertThat(type.isRecord()).as(type.getSimpleName()).isFalse();
    }
  }

  @Test
  void equalsHashCodeAndTextAreThoseOfTheValues() {
    var changed = PhaseOptions.DEFAULT.withConcurrency(3).withTimeout(Duration.ofSeconds(7));
    var same = PhaseOptions.DEFAULT.withTimeout(Duration.ofSeconds(7)).withConcurrency(3);
    assertThat(changed).isEqualTo(same).hasSameHashCodeAs(same).isNotEqualTo(PhaseOptions.DEFAULT);
    assertThat(changed.toString()).startsWith("PhaseOptions[concurrency=3,").contains("PT7S");
    var policy = RetryPolicy.DEFAULT.withAttemptsMax(2);
    assertThat(policy).isEqualTo(RetryPolicy.DEFAULT.withAttemptsMax(2)).isNotEqualTo(changed);
    assertThat(policy.toString()).startsWith("RetryPolicy[attemptsMax=2,");
  }

  @Test
  void aCopyKeepsEveryOtherOption() {
    var limits = new PhaseOptions.Limits(1, 2, 3, 4, 5);
    var failures = FailureOptions.DEFAULT.withLeaveLaneAfter(Duration.ofSeconds(11));
    var retry = RetryPolicy.never();
    List<UnaryOperator<PhaseOptions>> changes =
        List.of(
            options -> options.withAutoConcurrency(3),
            options -> options.withOrdering(Ordering.UNORDERED),
            options -> options.withTimeout(Duration.ofSeconds(7)),
            options -> options.withRetry(retry),
            options -> options.withLimits(limits),
            options -> options.withFailures(failures));
    for (var order : List.of(changes, changes.reversed())) {
      var options = PhaseOptions.DEFAULT;
      for (var change : order) options = change.apply(options);
      assertThat(options.concurrency()).isEqualTo(3);
      assertThat(options.autoConcurrency()).isTrue();
      assertThat(options.ordering()).isEqualTo(Ordering.UNORDERED);
      assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(7));
      assertThat(options.retry()).isEqualTo(retry);
      assertThat(options.limits()).isEqualTo(limits);
      assertThat(options.failures()).isEqualTo(failures);
    }
  }

  @Test
  void aCopyKeepsEveryOtherRule() {
    List<UnaryOperator<RetryPolicy>> changes =
        List.of(
            policy -> policy.withAttemptsMax(2),
            policy -> policy.withDelays(Duration.ofSeconds(3), Duration.ofSeconds(4)),
            policy -> policy.withInPlaceMax(Duration.ofSeconds(5)),
            policy -> policy.withTotalMax(Duration.ofSeconds(6)),
            policy -> policy.on(Error.class, RetryPolicy.Judgement.DEAD));
    for (var order : List.of(changes, changes.reversed())) {
      var policy = RetryPolicy.DEFAULT;
      for (var change : order) policy = change.apply(policy);
      assertThat(policy.attemptsMax()).isEqualTo(2);
      assertThat(policy.delayMin()).isEqualTo(Duration.ofSeconds(3));
      assertThat(policy.delayMax()).isEqualTo(Duration.ofSeconds(4));
      assertThat(policy.inPlaceMax()).isEqualTo(Duration.ofSeconds(5));
      assertThat(policy.totalMax()).isEqualTo(Duration.ofSeconds(6));
      assertThat(policy.rules())
          .containsExactly(new RetryPolicy.Rule(Error.class, RetryPolicy.Judgement.DEAD));
    }
  }
}
