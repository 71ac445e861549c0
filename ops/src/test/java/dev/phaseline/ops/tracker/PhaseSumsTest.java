package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.accounting.CompactFormat;
import dev.phaseline.ops.tracker.TrackerShare.PhaseCount;
import dev.phaseline.schemas.control.Histogram;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PhaseSumsTest {
  private static final long NOW_MS = 1_000_000;

  private static PhaseCount partition(long queued, long movedMs, long oldestSecond) {
    long[] counts = {10, 2, 0, 5, 3, 60, 30, queued, movedMs, oldestSecond};
    return new PhaseCount("cities", "store", counts, new long[Histogram.BUCKETS], Map.of());
  }

  private static PhaseView sum(PhaseCount... partitions) {
    var through = new CompactFormat.Out();
    PeerWire.writePhases(through, List.of(partitions));
    var read = PeerWire.phases(new CompactFormat.In(through.take()));
    return PhaseSums.views(read, InFlight.UNKNOWN, NOW_MS).getFirst();
  }

  @Test
  void countsAreAddedUpAndOfTimesTheOneThatTellsMoreHolds() {
    var view = sum(partition(7, 400_000, 900), partition(4, 700_000, -1), partition(0, 0, 800));
    assertThat(view.in()).isEqualTo(30);
    assertThat(view.dead()).isEqualTo(9);
    assertThat(view.oldestWaitingIfAny()).hasValue(Duration.ofSeconds(200));
    assertThat(view.queueIfAny()).hasValue(new PhaseView.Queue(11, Duration.ofMinutes(5)));
  }

  @Test
  void whereNothingWasQueuedThereIsNoQueue() {
    assertThat(sum(partition(0, 0, -1)).queueIfAny()).isEmpty();
  }
}
