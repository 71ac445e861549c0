package dev.phaseline.worker.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.control.RunState;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a phase says of itself while its lanes are on their way from one order to the next.
final class StandingOrdersTest {
  private static final StandingOrders PAUSED = of(RunState.PAUSED, "paused by ada: closed");
  private static final StandingOrders DRAINED = of(RunState.DRAINED, "drained by bob");

  private static StandingOrders of(RunState run, String because) {
    return new StandingOrders(run, because, 0, Set.of());
  }

  @Test
  void aPhaseRunsWhileOneOfItsLanesDoes() {
    var phase = StandingOrders.ofAll(List.of(PAUSED, StandingOrders.NONE, DRAINED));
    assertThat(phase.run()).isEqualTo(RunState.RUNNING);
    assertThat(phase.because()).isEmpty();
  }

  @Test
  void aHeldPhaseNamesTheReasonOfWhatItSays() {
    var phase = StandingOrders.ofAll(List.of(DRAINED, PAUSED));
    assertThat(phase.run()).isEqualTo(RunState.PAUSED);
    assertThat(phase.because()).isEqualTo("paused by ada: closed");
    assertThat(StandingOrders.ofAll(List.of(DRAINED, DRAINED)).because())
        .isEqualTo("drained by bob");
  }
}
