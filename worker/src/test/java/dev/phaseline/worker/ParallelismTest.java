package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseHandler;
import dev.phaseline.core.PhaseOptions;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.engine.ConcurrencyTuner;
import dev.phaseline.schemas.control.Heartbeat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

/// Who waits for whom, and how much is held meanwhile, on a real broker.
final class ParallelismTest extends BrokerTest {
  private static Pipeline onePhase(
      PhaseHandler<String, ?> handler, UnaryOperator<PhaseOptions> options) {
    return Pipeline.named("p").phase("only", Codec.text(), handler, options).build();
  }

  private String only() {
    return rig.topics().phase("p", "only");
  }

  @Test
  void aSlowItemHoldsBackNobodyButItsKey() {
    var release = new CountDownLatch(1);
    var pipeline =
        onePhase(
            (text, _) -> {
              if (text.equals("slow")) release.await();
              return Outcome.done();
            },
            options -> options.withConcurrency(4));
    rig.create(pipeline, 1);
    rig.send(Rig.job(only(), "slow", "a", "slow"));
    rig.send(Rig.job(only(), "behind-it", "a", "quick"));
    for (var i = 0; i < 5_000; i++) rig.send(Rig.job(only(), "job-" + i, "k" + i % 100, "quick"));
    var worker = rig.start(pipeline);
    var view = rig.done(pipeline);
    var done = view.await(5_000);
    assertThat(TopicView.ids(done)).hasSize(5_000).doesNotContain("slow", "behind-it");
    // What can be read is in a commit whose answer the lane may not have yet.
    Wait.until(
        "the slow one and the one behind it are held, and no other",
        worker::status,
        () -> Rig.status(worker, "only").held() == 2);
    release.countDown();
    assertThat(TopicView.ids(view.await(5_002))).contains("slow", "behind-it");
    worker.close();
    assertThat(view.read()).hasSize(5_002);
  }

  @Test
  void twoHundredBlockingHandlersReallyRunAtOnceWhileAFewBlockForSeconds() {
    var slow = 5;
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var everybody = new CountDownLatch(200); // a lane that is slow to start them must not hide them
    var release = new CountDownLatch(1);
    var pipeline =
        onePhase(
            (text, _) -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              try {
                everybody.countDown();
                everybody.await();
                if (text.startsWith("slow")) release.await();
                else LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
                return Outcome.done();
              } finally {
                running.decrementAndGet();
              }
            },
            options -> options.withConcurrency(200));
    rig.create(pipeline, 2);
    for (var i = 0; i < slow; i++) rig.send(Rig.job(only(), "slow-" + i, "s" + i, "slow"));
    for (var i = 0; i < 10_000; i++) rig.send(Rig.job(only(), "job-" + i, null, "quick"));
    rig.start(pipeline);
    var view = rig.done(pipeline);
    view.await(10_000);
    release.countDown();
    view.await(10_000 + slow);
    assertThat(most.get()).isEqualTo(200);
  }

  @Test
  void aPhaseThatFindsItsConcurrencyRunsMoreHandlersThatOnlyWait() {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var enough = ConcurrencyTuner.FIRST * 2;
    var pipeline =
        onePhase(
            (_, _) -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              if (most.get() < enough) LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
              running.decrementAndGet();
              return Outcome.done();
            },
            options -> options.withAutoConcurrency(100));
    rig.create(pipeline, 2);
    var items = 50_000; // for five minutes with as many as it begins with
    for (var i = 0; i < items; i++) rig.send(Rig.job(only(), "job-" + i, null, "waits"));
    var worker = rig.start(pipeline);
    assertThat(Rig.status(worker, "only").permitsAuto()).isTrue();
    Wait.until("it has found out", () -> most.get() + " ran at once", () -> most.get() >= enough);
    rig.done(pipeline).await(items);
    assertThat(most.get()).isLessThanOrEqualTo(100);
  }

  @Test
  void theLanesOfAPhaseShareItsConcurrency() {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    var release = new CountDownLatch(1);
    var pipeline =
        onePhase(
            (_, _) -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              release.await();
              running.decrementAndGet();
              return Outcome.done();
            },
            options -> options.withConcurrency(7));
    rig.create(pipeline, 4);
    var placement = new Placement(pipeline, "only", pipeline.phase("only").options(), 3);
    rig.start(rig.config("s1"), List.of(placement));
    Wait.until(
        "each lane has a partition",
        () -> rig.assignments(pipeline, "only"),
        () -> rig.assignments(pipeline, "only").stream().filter(a -> !a.isEmpty()).count() == 3);
    rig.submit(pipeline, 0, 1_000, i -> "k" + i);
    Wait.until("all handlers run", () -> running.get() + " run", () -> running.get() == 7);
    release.countDown();
    rig.done(pipeline).await(1_000);
    assertThat(most.get()).isEqualTo(7);
  }

  @Test
  void oneKeyInTwoPartitionsIsToldByTwoWorkersAndByOne() {
    var pipeline = onePhase((_, _) -> Outcome.done(), options -> options);
    rig.create(pipeline, 2);
    var workers =
        List.of(
            rig.start(rig.config("s1"), Placement.all(pipeline)),
            rig.start(rig.config("s2"), Placement.all(pipeline)));
    Wait.until(
        "each worker has a partition",
        () -> rig.assignments(pipeline, "only"),
        () -> rig.assignments(pipeline, "only").stream().filter(a -> !a.isEmpty()).count() == 2);
    Wait.until(
        "one of them sees that the key belongs elsewhere",
        () -> workers.stream().map(worker -> Rig.status(worker, "only").condition()).toList(),
        () -> {
          sendOneKeyToBoth(pipeline);
          return workers.stream()
              .map(worker -> Rig.status(worker, "only").condition())
              .anyMatch(condition -> condition.startsWith(Heartbeat.KEY_ORDER + " is at risk"));
        });
    workers.getFirst().close();
    Wait.until(
        "the other one sees the key in both",
        () -> Rig.status(workers.getLast(), "only").condition(),
        () -> {
          sendOneKeyToBoth(pipeline);
          var condition = Rig.status(workers.getLast(), "only").condition();
          return condition.startsWith(Heartbeat.KEY_ORDER + " is not kept")
              && condition.contains("from 0 and 1")
              && !condition.contains("customer-7");
        });
  }

  private void sendOneKeyToBoth(Pipeline pipeline) {
    var topic = rig.topics().phase(pipeline.name(), "only");
    for (var partition = 0; partition < 2; partition++) {
      rig.sendAndWait(
          new ProducerRecord<>(topic, partition, "customer-7".getBytes(UTF_8), new byte[0]));
    }
  }

  @Test
  void aHeartbeatKeepsALongHandlerAliveBeyondItsTimeout() {
    var timeout = Duration.ofSeconds(4); // the signs of life below may be late by as much
    var attempts = new AtomicInteger();
    var pipeline =
        onePhase(
            (_, context) -> {
              attempts.incrementAndGet();
              var end = System.nanoTime() + 2 * timeout.toNanos();
              for (var i = 0; System.nanoTime() - end < 0; i++) {
                if (i % 2 == 0) context.heartbeat();
                else context.progress(i / 100.0, "still at it");
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                if (context.abandoned()) throw new IllegalStateException("given up");
              }
              return Outcome.done();
            },
            options -> options.withTimeout(timeout));
    rig.create(pipeline, 1);
    rig.submit(pipeline, 0, 1, _ -> "k");
    var worker = rig.start(pipeline);
    rig.done(pipeline).await(1);
    worker.close();
    assertThat(attempts.get()).isEqualTo(1);
    assertThat(Rig.status(worker, "only").timedOut()).isZero();
  }

  @Test
  void whatIsInFlightStaysWithinItsBoundsWhileTheProducerFloods() {
    var itemsMax = 300;
    var bytesMax = 1L << 20;
    var released = new CountDownLatch(1);
    var limits = PhaseOptions.Limits.DEFAULT;
    var pipeline =
        onePhase(
            (_, _) -> {
              released.await();
              return Outcome.done();
            },
            options ->
                options.withLimits(
                    new PhaseOptions.Limits(
                        limits.payloadBytesMax(), 10, 1_000, itemsMax, bytesMax)));
    rig.create(pipeline, 4);
    for (var i = 0; i < 5_000; i++) rig.send(only(), "k" + i, new byte[100]);
    var worker = rig.start(pipeline);
    var most = new AtomicInteger();
    Wait.until(
        "the lane is full of small items",
        () -> most.get() + " held at most",
        () -> most.accumulateAndGet(Rig.status(worker, "only").held(), Math::max) > itemsMax / 2);
    for (var i = 0; i < 500; i++) rig.send(only(), "b" + i, new byte[50_000]);
    var flood = rig.view(only());
    Wait.until("the flood is in the log", () -> flood.read().size() == 5_500);
    most.accumulateAndGet(Rig.status(worker, "only").held(), Math::max);
    assertThat(most.get()).isLessThanOrEqualTo(itemsMax);
    released.countDown();
    var mostBytes = new AtomicInteger();
    var view = rig.done(pipeline);
    Wait.until(
        "everything is done",
        () -> {
          mostBytes.accumulateAndGet(Rig.status(worker, "only").held(), Math::max);
          return view.read().size() == 5_500;
        });
    assertThat(mostBytes.get()).isLessThanOrEqualTo(itemsMax);
  }

  @Test
  void largeItemsAreBoundedByTheirBytes() {
    var payload = 50_000;
    var bytesMax = 1L << 20;
    var released = new CountDownLatch(1);
    var limits = PhaseOptions.Limits.DEFAULT;
    var pipeline =
        onePhase(
            (_, _) -> {
              released.await();
              return Outcome.done();
            },
            options ->
                options.withLimits(
                    new PhaseOptions.Limits(limits.payloadBytesMax(), 10, 1_000, 8_000, bytesMax)));
    rig.create(pipeline, 4);
    for (var i = 0; i < 400; i++) { // none smaller: so many items are so many bytes
      rig.send(Rig.job(only(), "job-" + i, "k" + i, "x".repeat(payload)));
    }
    var worker = rig.start(pipeline);
    var most = new AtomicInteger();
    Wait.until(
        "the lane holds what it may",
        () -> most.get() + " held at most",
        () -> most.accumulateAndGet(Rig.status(worker, "only").held(), Math::max) > 10);
    released.countDown();
    var view = rig.done(pipeline);
    Wait.until(
        "everything is done",
        () -> {
          most.accumulateAndGet(Rig.status(worker, "only").held(), Math::max);
          return view.read().size() == 400;
        });
    assertThat(most.get() * (long) payload).isLessThanOrEqualTo(bytesMax);
  }
}
