package dev.phaseline.worker.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.worker.BrokerTest;
import dev.phaseline.worker.LeftOpen;
import dev.phaseline.worker.Rig;
import dev.phaseline.worker.Wait;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.takeover.HiddenRecords.Standstill;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// What a worker says when somebody's open transaction hides from it what it waits for.
final class HiddenRecordsTest extends BrokerTest {
  private static final int ITEMS = 20;
  private static final String STRANGER = "a-stranger";
  private static final TopicPartition ZERO = new TopicPartition("t", 0);
  private static final TopicPartition ONE = new TopicPartition("t", 1);
  private static final long OLD = HiddenRecords.PATIENCE.toNanos();

  private final Pipeline pipeline =
      Pipeline.named("h").phase("one", Codec.text(), (_, _) -> Outcome.done()).build();

  private String topic() {
    return rig.topics().phase("h", "one");
  }

  private static String condition(Worker worker) {
    return Rig.status(worker, "one").condition();
  }

  @Test
  void recordsBehindAnOpenTransactionAreToldOf() {
    rig.create(pipeline, 2);
    var worker = rig.start(pipeline);
    try (var stranger = new LeftOpen(rig, STRANGER, topic())) {
      rig.submit(pipeline, 0, ITEMS, i -> "k" + i);
      Wait.until(
          "it says what it can't read",
          () -> condition(worker),
          () ->
              condition(worker).startsWith("records of partition 0 from offset 0 on have been")
                  && condition(worker).contains(", and of 1 more; `phaseline transactions` shows"));
      assertThat(Rig.status(worker, "one").completed()).isZero();
      stranger.commit();
    }
    rig.done(pipeline).await(ITEMS);
    Wait.until("nothing is hidden", () -> condition(worker), () -> condition(worker).isEmpty());
  }

  @Test
  void offsetsThatAnOpenTransactionMovesAreToldOf() {
    rig.create(pipeline, 2);
    rig.create(java.util.List.of("scratch"), 1, Map.of());
    rig.submit(pipeline, 0, ITEMS, i -> "k" + i);
    try (var stranger =
        new LeftOpen(rig, STRANGER, "scratch").moving(topic(), new TopicPartition(topic(), 0), 0)) {
      var worker = rig.start(pipeline);
      Wait.until(
          "it says what it waits for",
          () -> condition(worker),
          () -> condition(worker).startsWith("the offsets of partitions 0, 1 could not be read"));
      stranger.commit();
      rig.done(pipeline).await(ITEMS);
      Wait.until("it waits no more", () -> condition(worker), () -> condition(worker).isEmpty());
    }
  }

  @Test
  void onlyWhatStandsStillGrowsOld() {
    var first =
        HiddenRecords.seen(Map.of(), Map.of(ZERO, 5L, ONE, 7L), Map.of(ZERO, 9L, ONE, 7L), 0);
    assertThat(first).containsExactly(Map.entry(ZERO, new Standstill(5, 0)));

    var moved = HiddenRecords.seen(first, Map.of(ZERO, 6L, ONE, 7L), Map.of(ZERO, 9L, ONE, 8L), 10);
    assertThat(moved)
        .containsOnly(
            Map.entry(ZERO, new Standstill(6, 10)), Map.entry(ONE, new Standstill(7, 10)));

    var stood = HiddenRecords.seen(moved, Map.of(ZERO, 6L, ONE, 8L), Map.of(ZERO, 9L, ONE, 8L), 20);
    assertThat(stood).containsExactly(Map.entry(ZERO, new Standstill(6, 10)));
  }

  @Test
  void whatIsYoungIsNotWorthAWord() {
    var young = Map.of(0, new Standstill(5, 1));
    assertThat(HiddenRecords.words(young, OLD)).isEmpty();
    assertThat(HiddenRecords.words(Map.of(), OLD)).isEmpty();
    assertThat(HiddenRecords.words(young, OLD + 1))
        .isEqualTo(
            "records of partition 0 from offset 5 on have been hidden for 20 s by a transaction"
                + " that has not ended; `phaseline transactions` shows which");
    assertThat(
            HiddenRecords.words(Map.of(3, new Standstill(5, 1), 1, new Standstill(8, 1)), OLD + 1))
        .contains("partition 1 from offset 8", ", and of 1 more");
  }
}
