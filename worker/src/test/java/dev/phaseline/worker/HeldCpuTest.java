package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseHandler;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.RunState;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// The processor time of a phase that is held, as a share of the time that passes: that of its
/// lane's thread and of its consumer's own. A lane that spins takes all of a core and more.
final class HeldCpuTest extends BrokerTest {
  private static final Duration SPAN = Duration.ofSeconds(3);
  private static final double SHARE_MAX = 0.10; // a share of a busy machine; it is a hundredth
  private static final PhaseOptions OPTIONS =
      PhaseOptions.DEFAULT.withLimits(
          new PhaseOptions.Limits(
              1_000, 10, 10_000, 200, PhaseOptions.DEFAULT.limits().inFlightBytesMax()));

  private final AtomicInteger started = new AtomicInteger();
  private final CountDownLatch goOn = new CountDownLatch(1);

  private Pipeline pipeline(PhaseHandler<String, ?> handler) {
    var pipeline = Pipeline.named("p").phase("only", Codec.text(), handler, _ -> OPTIONS).build();
    rig.create(pipeline, 2);
    rig.create(
        List.of(rig.topics().control(), rig.topics().workers()),
        1,
        Map.of("cleanup.policy", "compact"));
    rig.submit(pipeline, 0, 5_000, i -> "k" + i % 500);
    return pipeline;
  }

  private void say(RunState run) {
    var author = new Author("anna", "test", "");
    var setting = new ControlSetting(run, 0, null, 1, "op", author, Instant.now());
    var key = new ControlScope.OfPhase("p", "only").key().getBytes(UTF_8);
    rig.sendAndWait(new ProducerRecord<>(rig.topics().control(), key, setting.toBytes()));
  }

  private static long cpuNanos() {
    var threads = ManagementFactory.getThreadMXBean();
    var sum = 0L;
    for (var info : threads.getThreadInfo(threads.getAllThreadIds())) {
      if (info == null) continue;
      var name = info.getThreadName();
      if (!name.startsWith("lane-") && !name.contains("consumer_background")) continue;
      sum += Math.max(0, threads.getThreadCpuTime(info.getThreadId()));
    }
    return sum;
  }

  private static void assertThatItCostsNothing() {
    var cpu = cpuNanos();
    assertThat(cpu).as("the threads are found").isPositive();
    var start = System.nanoTime();
    Wait.until("the span is over", () -> System.nanoTime() - start >= SPAN.toNanos());
    var share = (double) (cpuNanos() - cpu) / (System.nanoTime() - start);
    assertThat(share).as("cores that a held phase takes").isLessThan(SHARE_MAX);
  }

  @Test
  void aPausedPhaseTakesNoProcessorTimeAndGoesOnWhenItIsResumed() {
    var pipeline =
        pipeline(
            (_, _) -> {
              started.incrementAndGet();
              LockSupport.parkNanos(2_000_000);
              return Outcome.done();
            });
    var worker = rig.start(pipeline);
    Wait.until("some are through", () -> Rig.status(worker, "only").completed() >= 100);
    say(RunState.PAUSED);
    Wait.until(
        "nothing runs",
        worker::status,
        () -> {
          var status = Rig.status(worker, "only");
          return status.run() == RunState.PAUSED && status.running() == 0 && status.held() > 0;
        });
    assertThatItCostsNothing();
    var before = started.get();
    say(RunState.RUNNING);
    Wait.until("more start", () -> started.get() > before);
  }

  @Test
  void aSuspendedPhaseTakesNoProcessorTime() {
    var down = new AtomicBoolean();
    var pipeline =
        pipeline(
            (_, _) -> down.get() ? Outcome.suspend(Duration.ofMinutes(5), "down") : Outcome.done());
    var worker = rig.start(pipeline);
    Wait.until("some are through", () -> Rig.status(worker, "only").completed() >= 100);
    down.set(true);
    rig.submit(pipeline, 5_000, 8_000, i -> "k" + i % 500);
    Wait.until(
        "it rests",
        worker::status,
        () -> Rig.status(worker, "only").condition().startsWith("suspended until"));
    assertThatItCostsNothing();
  }

  @Test
  void aPhaseThatIsFullOfSlowItemsTakesNoProcessorTime() {
    var pipeline =
        pipeline(
            (_, context) -> {
              started.incrementAndGet();
              goOn.await();
              return Outcome.done();
            });
    var worker = rig.start(pipeline);
    Wait.until(
        "it is full",
        worker::status,
        () -> started.get() >= 16 && Rig.status(worker, "only").held() >= 150);
    assertThatItCostsNothing();
    goOn.countDown();
    Wait.until("all are through", () -> Rig.status(worker, "only").completed() >= 5_000);
  }
}
