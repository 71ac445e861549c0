package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.TopicNames;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/// Timers that the scheduler did not take, in the tracker.
final class RefusedTimersTest {
  private static final TopicNames NAMES = TopicNames.DEFAULT;
  private static final long NOW_MS = Instant.parse("2026-03-01T12:00:00Z").toEpochMilli();

  private final BooksRig rig = new BooksRig(InstantSource.fixed(Instant.ofEpochMilli(NOW_MS)));
  private long offset;

  private void timer(String topic, String job, String target, String due, String why) {
    var headers = ItemHeaders.ofJob(job).toKafka();
    headers.add(HeaderNames.TARGET, target.getBytes(UTF_8));
    headers.add(HeaderNames.DUE, due.getBytes(UTF_8));
    if (!why.isEmpty()) {
      headers.add(HeaderNames.KIND, "invalid".getBytes(UTF_8));
      headers.add(HeaderNames.REASON, why.getBytes(UTF_8));
    }
    read(topic, headers);
  }

  private void read(String topic, RecordHeaders headers) {
    var key = "timer".getBytes(UTF_8);
    rig.read(new EventReader.Source(topic, 0, offset++, NOW_MS, key, false, headers, 1));
  }

  private WorkState state(String job) {
    return rig.status.job(job).orElseThrow().row().state();
  }

  @Test
  void refusedTimersAreDeadWithTheirReasonWhateverIsReadFirst() {
    var target = NAMES.phase("cities", "fetch");
    timer(NAMES.timers(), "first", target, "16725225600000", "");
    assertThat(state("first")).isEqualTo(WorkState.SCHEDULED);
    timer(NAMES.timersDead(), "first", target, "16725225600000", "too far ahead");
    timer(NAMES.timersDead(), "second", target, "1.7e12", "pl-due is no number");
    timer(NAMES.timers(), "second", target, "1.7e12", "");
    for (var job : new String[] {"first", "second"}) {
      assertThat(state(job)).as(job).isEqualTo(WorkState.DEAD);
    }
    assertThat(rig.status.item("first", "/").orElseThrow().reason()).isEqualTo("too far ahead");
    assertThat(rig.status.item("second", "/").orElseThrow().reason())
        .isEqualTo("pl-due is no number");
    var scheduled = JobQuery.parse("state=scheduled", Instant.ofEpochMilli(NOW_MS));
    assertThat(rig.status.jobs(scheduled, null, 10).rows()).isEmpty();
  }

  @Test
  void oneThatIsWrittenAgainWaitsAgain() {
    var target = NAMES.phase("cities", "fetch");
    timer(NAMES.timers(), "job", target, "16725225600000", "");
    timer(NAMES.timersDead(), "job", target, "16725225600000", "too far ahead");
    timer(NAMES.timers(), "job", target, "1772366500000", "");
    assertThat(state("job")).isEqualTo(WorkState.SCHEDULED);
    assertThat(rig.status.item("job", "/").orElseThrow().reason()).isEmpty();
  }

  @Test
  void refusedRetriesAreNoLongerCounted() {
    var root = ItemHeaders.ofJob("job");
    read(NAMES.phase("cities", "fetch"), root.toKafka());
    var retry = root.forNext(RecordRef.valueOf("fetch/0/0")).toKafka();
    retry.add(HeaderNames.TARGET, NAMES.phase("cities", "fetch").getBytes(UTF_8));
    retry.add(HeaderNames.DUE, "1".getBytes(UTF_8));
    read(NAMES.timers(), retry);
    assertThat(rig.status.phases().getFirst().retrying()).isEqualTo(1);
    retry.add(HeaderNames.REASON, "larger than its topic takes".getBytes(UTF_8));
    read(NAMES.timersDead(), retry);
    assertThat(rig.status.phases().getFirst().retrying()).isZero();
    assertThat(state("job")).isEqualTo(WorkState.DEAD);
  }

  @Test
  void pipelinesThatThereAreNotDoNotAppear() {
    timer(NAMES.timers(), "ghost", "pl.nosuch.phase", "0", "");
    timer(NAMES.timersDead(), "ghost", "pl.nosuch.phase", "0", "no such topic");
    assertThat(rig.status.job("ghost")).isEmpty();
    assertThat(rig.phases.pipelines()).doesNotContain("nosuch");
  }
}
