package dev.phaseline.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
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
}
