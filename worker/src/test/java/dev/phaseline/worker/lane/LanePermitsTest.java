package dev.phaseline.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.engine.ConcurrencyTuner;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.control.StandingOrders;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// How many handlers a lane may run, by whoever has said it.
final class LanePermitsTest {
  private static StandingOrders concurrency(int permits) {
    return new StandingOrders(RunState.RUNNING, "", permits, Set.of());
  }

  private static Placement placement(int lanes, UnaryOperator<PhaseOptions> options) {
    var pipeline =
        Pipeline.named("p").phase("only", Codec.text(), (_, _) -> Outcome.done(), options).build();
    return new Placement(pipeline, "only", pipeline.first().options(), lanes);
  }

  @Test
  void lanesShareWhatIsDeclaredAndWhatIsSaid() {
    var seven = placement(3, options -> options.withConcurrency(7));
    assertThat(IntStream.range(0, 3).map(i -> new LanePermits(seven, i).of(StandingOrders.NONE)))
        .containsExactly(3, 2, 2);
    assertThat(IntStream.range(0, 3).map(i -> new LanePermits(seven, i).of(concurrency(2))))
        .as("each has at least one")
        .containsExactly(1, 1, 1);
  }

  @Test
  void whatAnOperatorSaysWinsOverWhatIsFound() {
    var permits = new LanePermits(placement(1, options -> options.withAutoConcurrency(200)), 0);
    assertThat(permits.of(StandingOrders.NONE)).isEqualTo(ConcurrencyTuner.FIRST);
    assertThat(permits.isFound(StandingOrders.NONE)).isTrue();
    assertThat(permits.isFound(concurrency(3))).isFalse();
    permits.obey(concurrency(3));
    assertThat(permits.of(concurrency(3))).isEqualTo(3);
    permits.obey(StandingOrders.NONE);
    assertThat(permits.of(StandingOrders.NONE)).isEqualTo(ConcurrencyTuner.FIRST);
  }

  @Test
  void theMostThatMayBeFoundIsSharedToo() {
    var twenty = placement(4, options -> options.withAutoConcurrency(20));
    assertThat(new LanePermits(twenty, 0).of(StandingOrders.NONE)).isEqualTo(5);
  }
}
