package dev.phaseline.worker.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.engine.LaneSettings;
import dev.phaseline.worker.WorkerConfig.Commit;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PhaseRuntimeTest {
  @Test
  void theCommitRuleReachesTheEngineUnchanged() {
    assertThat(PhaseRuntime.commit(new Commit(7, 1 << 10, Duration.ofMillis(1))))
        .isEqualTo(new LaneSettings.Commit(7, 1 << 10, Duration.ofMillis(1)));
    assertThat(PhaseRuntime.commit(Commit.DEFAULT)).isEqualTo(LaneSettings.Commit.DEFAULT);
  }
}
