package dev.phaseline.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SuspensionTest {
  private final Suspension suspension = new Suspension();

  @Test
  void nothingIsHeldAtFirst() {
    assertThat(suspension.allowed(0)).isEqualTo(Integer.MAX_VALUE);
    assertThat(suspension.isWaiting()).isFalse();
    assertThat(suspension.waitNanos(0)).isZero();
  }

  @Test
  void nothingStartsUntilTheDelayIsOverThenOneProbe() {
    suspension.suspend(100, 50, "the database is down");

    assertThat(suspension.allowed(149)).isZero();
    assertThat(suspension.waitNanos(120)).isEqualTo(30);
    assertThat(suspension.reason()).isEqualTo("the database is down");
    assertThat(suspension.allowed(150)).isEqualTo(1);
    assertThat(suspension.isWaiting()).isFalse();
  }

  @Test
  void eachSuccessDoublesWhatMayRunUntilTheLimitIsForgotten() {
    suspension.suspend(0, 1, "down");
    assertThat(suspension.allowed(1)).isEqualTo(1);
    suspension.succeeded();
    assertThat(suspension.allowed(1)).isEqualTo(2);
    for (var i = 0; i < 12; i++) suspension.succeeded();
    assertThat(suspension.allowed(1)).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void successesThatComeInWhileWaitingProveNothing() {
    suspension.suspend(0, 10, "down");
    suspension.succeeded();
    assertThat(suspension.allowed(10)).isEqualTo(1);
  }

  @Test
  void theLongerOfTwoSuspensionsHolds() {
    suspension.suspend(0, 100, "long");
    suspension.suspend(0, 10, "short");
    assertThat(suspension.allowed(50)).isZero();
    assertThat(suspension.allowed(100)).isEqualTo(1);
  }

  @Test
  void theClockMayWrapMeanwhile() {
    suspension.suspend(Long.MAX_VALUE - 5, 10, "down");
    assertThat(suspension.allowed(Long.MAX_VALUE)).isZero();
    assertThat(suspension.allowed(Long.MIN_VALUE + 10)).isEqualTo(1);
  }
}
