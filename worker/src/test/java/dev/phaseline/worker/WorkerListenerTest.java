package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.RunState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// Listeners of a worker on a real broker: one that reports, one that throws, and one that blocks.
final class WorkerListenerTest extends BrokerTest {
  private static final ControlScope ONLY = new ControlScope.OfPhase("p", "only");

  private final List<String> calls = new CopyOnWriteArrayList<>();

  private final class Reporting implements WorkerListener {
    @Override
    public void workerChanged(WorkerState state) {
      calls.add("worker " + state);
    }

    @Override
    public void phaseChanged(PhaseState state, PhaseStatus status) {
      calls.add(status.phase() + " " + state);
    }
  }

  private void order(RunState run) {
    var author = new Author("anna", "test", "for a reason");
    var setting = new ControlSetting(run, 0, null, 1, "op", author, Instant.now());
    rig.sendAndWait(
        new ProducerRecord<>(
            rig.topics().control(), ONLY.key().getBytes(UTF_8), setting.toBytes()));
  }

  @Test
  void aListenerGetsWhatAnOperatorDoesAndTheEndWhileOthersThrowAndBlock() {
    var pipeline =
        Pipeline.named("p").phase("only", Codec.text(), (_, _) -> Outcome.done()).build();
    rig.create(pipeline, 2);
    rig.create(
        List.of(rig.topics().control(), rig.topics().workers()),
        1,
        Map.of("cleanup.policy", "compact"));
    var never = new CountDownLatch(1);
    var thrown = new CopyOnWriteArrayList<WorkerListener.PhaseState>();
    var worker = rig.start(pipeline);
    worker.listen(
        new WorkerListener() {
          @Override
          public void workerChanged(WorkerState state) {
            try {
              never.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        });
    worker.listen(
        new WorkerListener() {
          @Override
          public void phaseChanged(PhaseState state, PhaseStatus status) {
            thrown.add(state);
            throw new AssertionError("a listener's own fault");
          }
        });
    worker.listen(new Reporting());

    Wait.until("it runs", calls::toString, () -> calls.contains("only RUNNING"));
    order(RunState.PAUSED);
    Wait.until("it is paused", calls::toString, () -> calls.getLast().equals("only PAUSED"));
    Wait.until(
        "the listener that throws was called again",
        thrown::toString,
        () -> thrown.contains(WorkerListener.PhaseState.PAUSED));
    order(RunState.RUNNING);
    Wait.until("it runs again", calls::toString, () -> calls.getLast().equals("only RUNNING"));
    worker.close();

    Wait.until("the last call", calls::toString, () -> calls.getLast().equals("worker STOPPED"));
    assertThat(calls).startsWith("worker RUNNING");
    assertThat(calls).filteredOn(one -> one.startsWith("worker")).hasSize(2);
    never.countDown();
  }
}
