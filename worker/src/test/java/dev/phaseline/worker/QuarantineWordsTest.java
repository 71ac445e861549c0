package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.engine.LaneStats.Quarantined;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuarantineWordsTest {
  private static final Instant NOW = Instant.parse("2026-11-30T08:00:30.500Z");
  private static final long SECOND = 1_000_000_000L;

  @Test
  void nothingIsSaidWhereNothingIsSuspected() {
    assertThat(QuarantineWords.of(List.of(), NOW)).isEmpty();
  }

  @Test
  void onePartitionIsNamedWithWhatIsLeftAndSinceWhen() {
    var one = new Quarantined(3, 2, 1_200, 4_644, false, 30 * SECOND);

    assertThat(QuarantineWords.of(List.of(one), NOW))
        .isEqualTo(
            "quarantine: partition 3, 1,200 of 4,644 suspected items left, since"
                + " 2026-11-30T08:00:00Z, after 2 deaths of their worker in a row: they run a part"
                + " at a time");
  }

  @Test
  void severalAreCountedTogetherAndTheOneThatRunsAloneIsSaid() {
    var first = new Quarantined(7, 2, 10, 20, false, SECOND);
    var second = new Quarantined(4, 5, 1, 8, true, 20 * SECOND);

    assertThat(QuarantineWords.of(List.of(first, second), NOW))
        .contains("partition 4 and 1 more, 11 of 28 suspected items left")
        .contains("since 2026-11-30T08:00:10Z, after 5 deaths")
        .endsWith(", one of them alone now");
  }
}
