package dev.phaseline.worker.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.Histogram;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class PhaseTimesTest {
  private static final long START = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(20); // wraps around

  private final LaneTimes one = new LaneTimes(InstantSource.system());
  private final LaneTimes other = new LaneTimes(InstantSource.system());
  private final PhaseTimes times = new PhaseTimes(START);

  private Heartbeat.Times after(int seconds) {
    return times.lastMinute(START + TimeUnit.SECONDS.toNanos(seconds));
  }

  private static void handled(LaneTimes lane, int items, int micros) {
    for (var i = 0; i < items; i++) lane.handled(TimeUnit.MICROSECONDS.toNanos(micros));
  }

  @Test
  void theLanesOfAPhaseAreCountedTogetherAndWaitingApartFromHandling() {
    times.watch(one);
    times.watch(other);
    handled(one, 99, 5);
    handled(other, 1, 4_000);
    other.waited(TimeUnit.SECONDS.toNanos(3));
    var said = after(1);
    assertThat(said.service().total()).isEqualTo(100);
    assertThat(said.service().atMost(0.99)).hasValue(5);
    assertThat(said.service().atMost(1)).hasValue(4_095);
    assertThat(said.waiting().total()).isEqualTo(1);
    assertThat(said.waiting().atMost(0.5).orElseThrow()).isBetween(3_000_000L, 3_375_000L);
  }

  @Test
  void whatWasCountedBeforeTheLastMinuteIsNotToldAnyMore() {
    times.watch(one);
    handled(one, 7, 1);
    for (var second = 1; second <= 60; second++) {
      assertThat(after(second).service().count(1)).as("after %s s", second).isEqualTo(7);
    }
    handled(one, 2, 3);
    for (var second = 61; second <= 66; second++) {
      var _ = after(second);
    }
    assertThat(after(67).service().count(1)).isZero();
    assertThat(after(67).service().count(3)).isEqualTo(2);
    for (var second = 68; second <= 140; second++) {
      var _ = after(second);
    }
    assertThat(after(141)).as("nothing, not 0").isEqualTo(Heartbeat.Times.NONE);
  }

  @Test
  void whatNobodyAskedForInTimeIsToldForAMinute() {
    times.watch(one);
    handled(one, 7, 1);
    assertThat(after(600).service().total()).isEqualTo(7);
    assertThat(after(605).service().total()).isEqualTo(7);
    assertThat(after(661)).isEqualTo(Heartbeat.Times.NONE);
  }

  @Test
  void timesThatClocksMakeNegativeAreNone() {
    times.watch(one);
    one.handled(-5);
    assertThat(after(1).service().atMost(1)).hasValue(0);
    assertThat(Histogram.upper(0)).isZero();
  }
}
