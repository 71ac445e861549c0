package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.control.WorkerView.Liveness;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportedInFlightTest {
  private static final Place HELD = new Place("pl.mail.send", 3, 17);

  @Test
  void whatAWorkerNamesIsRunningThere() {
    var seen = running(worker("one", Liveness.LIVE, 3, 17));
    assertThat(seen).containsOnlyKeys(HELD);
    assertThat(seen.get(HELD)).isEqualTo(new InFlight.Seen(WorkState.RUNNING, "one"));
  }

  @Test
  void whatAWorkerSaidThatHasGoneCountsNoMore() {
    assertThat(running(worker("one", Liveness.GONE, 3, 17))).isEmpty();
    assertThat(running(worker("one", Liveness.STOPPED, 3, 17))).isEmpty();
  }

  @Test
  void anOlderWorkerThatNamesNoRecordSaysNothing() {
    assertThat(running(worker("one", Liveness.LIVE, -1, -1))).isEmpty();
  }

  private static java.util.Map<Place, InFlight.Seen> running(WorkerView worker) {
    return ReportedInFlight.running(List.of(worker), TopicNames.DEFAULT);
  }

  private static WorkerView worker(String server, Liveness liveness, int partition, long offset) {
    var item = new Heartbeat.InFlight("job-1", "/", partition, offset, 1, 12_000);
    var phase =
        new Heartbeat.PhaseBeat(
            "mail",
            "send",
            RunState.RUNNING,
            1,
            4,
            8,
            1,
            1,
            0,
            0,
            1,
            0,
            0,
            0,
            0,
            "",
            List.of(item));
    var heartbeat =
        new Heartbeat(
            server, "1", "host", 1, Instant.EPOCH, false, List.of(phase), null, "", Instant.EPOCH);
    return new WorkerView(heartbeat, liveness, Duration.ZERO);
  }
}
