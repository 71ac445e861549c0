package dev.phaseline.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LatenessTest {
  @Test
  void percentilesAreAtMostAnEighthTooHighAndNeverTooLow() {
    var lateness = new Lateness();
    for (var ms = 1; ms <= 10_000; ms++) lateness.add(ms);
    for (var part : new double[] {0.01, 0.1, 0.5, 0.9, 0.99}) {
      var exact = (long) (10_000 * part);
      assertThat(lateness.atMost(part).toMillis()).isBetween(exact, exact + exact / 8 + 1);
    }
    assertThat(lateness.max()).isEqualTo(Duration.ofSeconds(10));
    assertThat(lateness.atMost(1)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void nothingIsZeroAndTheExtremesFit() {
    var lateness = new Lateness();
    assertThat(lateness.atMost(0.99)).isZero();
    lateness.add(-5);
    lateness.add(Long.MAX_VALUE);
    assertThat(lateness.atMost(0.5)).isZero();
    assertThat(lateness.atMost(1)).isEqualTo(Duration.ofMillis(Long.MAX_VALUE));
  }
}
