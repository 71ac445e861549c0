package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.control.WorkerView.Liveness;
import dev.phaseline.schemas.RecordAddress;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.Histogram;
import dev.phaseline.schemas.control.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReportedInFlightTest {
  private static final RecordAddress HELD = new RecordAddress("pl.mail.send", 3, 17);

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

  /// 99 quick ones here and 1 slow one there: the p99 of all is quick, whatever the mean of the two
  /// workers' own would be.
  @Test
  void timesOfSeveralWorkersAreAddedUpAndThoseOfGoneOnesAreNotCounted() {
    var quick = new long[99];
    Arrays.fill(quick, 6);
    var times =
        ReportedInFlight.times(
            List.of(
                worker("one", Liveness.LIVE, 3, 17, new long[] {5}, quick),
                worker("two", Liveness.LIVE, 4, 17, new long[0], new long[] {900_000}),
                worker("three", Liveness.GONE, 5, 17, new long[] {7}, new long[] {1})));
    assertThat(times).containsOnlyKeys("mail.send");
    var views =
        PhaseSums.views(
            List.of(count("send"), count("sort")),
            new InFlight() {
              @Override
              public Optional<Seen> at(RecordAddress place) {
                return Optional.empty();
              }

              @Override
              public Heartbeat.Times times(String pipeline, String phase) {
                return times.getOrDefault(pipeline + '.' + phase, Heartbeat.Times.NONE);
              }
            },
            0);
    var micro = Duration.ofNanos(1_000);
    assertThat(views.getFirst().handled())
        .isEqualTo(new PhaseView.Percentiles(micro.multipliedBy(6), micro.multipliedBy(6)));
    assertThat(views.getFirst().waited())
        .isEqualTo(new PhaseView.Percentiles(micro.multipliedBy(5), micro.multipliedBy(5)));
    assertThat(views.getLast().phase()).isEqualTo("sort");
    assertThat(views.getLast().waited()).as("of a phase that nobody reports").isNull();
    assertThat(views.getLast().handled()).isNull();
  }

  private static TrackerShare.PhaseCount count(String phase) {
    return new TrackerShare.PhaseCount(
        "mail",
        phase,
        new long[TrackerShare.PhaseCount.COUNTS],
        new long[Histogram.BUCKETS],
        Map.of());
  }

  private static java.util.Map<RecordAddress, InFlight.Seen> running(WorkerView worker) {
    return ReportedInFlight.running(List.of(worker), TopicNames.DEFAULT);
  }

  private static WorkerView worker(String server, Liveness liveness, int partition, long offset) {
    return worker(server, liveness, partition, offset, new long[0], new long[0]);
  }

  private static Histogram histogram(long... values) {
    var counts = new long[Histogram.BUCKETS];
    for (var value : values) counts[Histogram.bucket(value)]++;
    return Histogram.of(counts);
  }

  private static WorkerView worker(
      String server, Liveness liveness, int partition, long offset, long[] waits, long[] services) {
    var item = new Heartbeat.InFlight("job-1", "/", partition, offset, 1, 12_000);
    var phase =
        new Heartbeat.PhaseBeat(
            "mail",
            "send",
            RunState.RUNNING,
            1,
            4,
            false,
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
            "",
            Heartbeat.Versions.UNKNOWN,
            new Heartbeat.Times(histogram(waits), histogram(services)),
            List.of(item));
    var heartbeat =
        new Heartbeat(
            server, "1", "host", 1, Instant.EPOCH, false, List.of(phase), null, "", Instant.EPOCH);
    return new WorkerView(heartbeat, liveness, Duration.ZERO);
  }
}
