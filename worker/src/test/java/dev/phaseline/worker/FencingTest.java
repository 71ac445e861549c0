package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Producers that lose their transactional id, to nobody or to another worker of the same name.
final class FencingTest extends BrokerTest {
  private static final int ITEMS = 5_000;

  private final Pipeline pipeline =
      Pipeline.named("f")
          .phase(
              "one",
              Codec.text(),
              (text, _) -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
                return Outcome.next(text);
              },
              options -> options.withConcurrency(4))
          .phase("two", Codec.text(), (_, _) -> Outcome.done())
          .build();

  private void verifyEachItemOnce(int items) {
    TopicView.assertJobsOnce(rig.done(pipeline).read(), items);
    assertThat(rig.dead(pipeline).read()).isEmpty();
  }

  @BeforeEach
  void submit() {
    rig.create(pipeline, 4);
    rig.submit(pipeline, 0, ITEMS, i -> "k" + i);
  }

  @Test
  void aProducerThatTheBrokerHasGivenUpIsReplacedAndNothingIsLost() {
    var worker = rig.start(pipeline);
    var view = rig.done(pipeline);
    for (var round = 1; round <= 5; round++) {
      view.await(round * 300);
      var ids =
          IntStream.range(0, 3)
              .boxed()
              .flatMap(
                  i ->
                      pipeline.phaseNames().stream()
                          .map(phase -> rig.topics().phase("f", phase) + ".s1.0." + i))
              .toList();
      Rig.answer(rig.admin().fenceProducers(ids).all());
    }
    // The first phase may have been through with all when the first results of the second came:
    // what it gets now must meet a fence.
    rig.submit(pipeline, ITEMS, ITEMS + 100, i -> "k" + i);
    view.await(ITEMS + 100);
    assertThat(worker.failure()).isEmpty();
    worker.close();
    var status = Rig.status(worker, "one");
    assertThat(status.aborts()).as("transactions that met a fence").isPositive();
    verifyEachItemOnce(ITEMS + 100);
  }

  @Test
  void ofTwoWorkersWithOneNameTheOlderEndsWithAMessageAndNothingIsLost() {
    var older = rig.start(pipeline);
    var view = rig.done(pipeline);
    view.await(100);
    var newer = rig.start(pipeline);
    Wait.until("one of them gives way", () -> older.failure().isPresent());
    assertThat(older.failure().orElseThrow())
        .isInstanceOf(WorkerException.class)
        .hasMessageContaining("another worker with the server name 's1' has started")
        .hasMessageContaining("give each worker a server name of its own");
    assertThat(older.status()) // whichever of its phases met the newer one first
        .anySatisfy(s -> assertThat(s.condition()).contains("server name 's1'"));
    view.await(ITEMS);
    older.close();
    assertThat(newer.failure()).isEmpty();
    Wait.until( // a commit that can be read may still be waiting for its answer
        "nothing holds the newer one up",
        newer::status,
        () -> newer.status().stream().allMatch(s -> s.condition().isEmpty()));
    newer.close();
    verifyEachItemOnce(ITEMS);
  }
}
