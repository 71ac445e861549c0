package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// Workers that come and go in order while items flow: nothing is lost, nothing runs twice.
final class RebalanceTest extends BrokerTest {
  private final Map<String, AtomicInteger> runs = new ConcurrentHashMap<>();
  private final Pipeline pipeline =
      Pipeline.named("r")
          .phase(
              "one",
              Codec.text(),
              (text, context) -> {
                runs.computeIfAbsent("one " + context.itemId(), _ -> new AtomicInteger())
                    .incrementAndGet();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(3));
                return Outcome.next(text);
              },
              options -> options.withConcurrency(4))
          .phase(
              "two",
              Codec.text(),
              (_, context) -> {
                runs.computeIfAbsent("two " + context.itemId(), _ -> new AtomicInteger())
                    .incrementAndGet();
                return Outcome.done();
              })
          .build();

  private void verifyEachItemOnce(int items) {
    TopicView.assertJobsOnce(rig.done(pipeline).read(), items);
    assertThat(rig.dead(pipeline).read()).isEmpty();
    assertThat(runs).hasSize(2 * items);
    runs.forEach((item, count) -> assertThat(count.get()).as("runs of " + item).isEqualTo(1));
  }

  private WorkerConfig config(String server, WorkerConfig.Protocol protocol) {
    return rig.config(server).withTuning(WorkerConfig.Tuning.DEFAULT.withProtocol(protocol));
  }

  private void storm(WorkerConfig.Protocol protocol) {
    var items = 6_000;
    rig.create(pipeline, 6);
    rig.submit(pipeline, 0, items, i -> "k" + i);
    var stays = rig.start(config("stays", protocol), Placement.all(pipeline));
    var view = rig.done(pipeline);
    for (var round = 1; round <= 4; round++) {
      var before = view.read().size();
      try (var comes = rig.start(config("comes", protocol), Placement.all(pipeline))) {
        Wait.until(
            "the second worker does its share",
            comes::status,
            () -> Rig.status(comes, "one").completed() > 0 || view.read().size() == items);
        view.await(Math.min(items, before + 100));
      }
    }
    view.await(items);
    stays.close();
    verifyEachItemOnce(items);
  }

  @Test
  void aStormOfRebalancesInTheNewProtocolLosesAndRepeatsNothing() {
    storm(WorkerConfig.Protocol.CONSUMER);
  }

  @Test
  void aStormOfRebalancesInTheClassicProtocolLosesAndRepeatsNothing() {
    storm(WorkerConfig.Protocol.CLASSIC);
  }

  @Test
  void aWorkerThatIsStoppedInOrderLeavesNothingForItsSuccessorToRunAgain() {
    var items = 4_000;
    rig.create(pipeline, 2);
    rig.submit(pipeline, 0, items, i -> "k" + i);
    var view = rig.done(pipeline);
    for (var stop = 1; stop <= 4; stop++) {
      var worker = rig.start(pipeline);
      view.await(Math.min(items, stop * 400));
      worker.close();
      assertThat(worker.failure()).isEmpty();
    }
    rig.start(pipeline);
    view.await(items);
    verifyEachItemOnce(items);
  }
}
