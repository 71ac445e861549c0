package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.embedded.EmbeddedBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A broker that goes away while a worker runs, and comes back.
@Tag("broker")
@Tag("own-broker")
final class BrokerLossTest {
  private static final int ITEMS = 6_000;

  @TempDir private Path folder;
  private EmbeddedBroker broker;
  private Rig rig;
  private final Pipeline pipeline =
      Pipeline.named("b")
          .phase(
              "one",
              Codec.text(),
              (text, _) -> {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
                return Outcome.next(text);
              })
          .phase("two", Codec.text(), (_, _) -> Outcome.done())
          .build();

  @BeforeEach
  void open() {
    broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("kafka")));
    rig = new Rig(broker.clientConfig());
    rig.create(pipeline, 4);
    rig.submit(pipeline, 0, ITEMS, i -> "k" + i);
  }

  @AfterEach
  void close() {
    rig.close();
    broker.close();
  }

  private void verifyEachItemOnce() {
    TopicView.assertJobsOnce(rig.done(pipeline).read(), ITEMS);
    assertThat(rig.dead(pipeline).read()).isEmpty();
  }

  @Test
  void aWorkerWaitsForItsBrokerSaysSoAndGoesOnWithoutLosingOrRepeatingAnything() {
    var worker = rig.start(pipeline);
    rig.done(pipeline).await(100);
    broker.stop();
    Wait.until(
        "the status says that the broker is away",
        worker::status,
        () ->
            worker.status().stream()
                .allMatch(
                    s ->
                        s.condition()
                            .equals(
                                "no connection to a broker at "
                                    + broker.bootstrapServers()
                                    + "; waiting for it to come back")));
    assertThat(worker.failure()).isEmpty();
    broker.restart();
    rig.done(pipeline).await(ITEMS);
    Wait.until(
        "nothing is wrong any more",
        worker::status,
        () -> worker.status().stream().allMatch(s -> s.condition().isEmpty()));
    worker.close();
    verifyEachItemOnce();
  }

  @Test
  void aWorkerCanBeStoppedWithoutItsBrokerAndItsSuccessorFinishes() {
    var timing =
        new WorkerConfig.Timing(
            Duration.ofSeconds(20), Duration.ofSeconds(2), Duration.ofSeconds(1));
    var worker = rig.start(rig.config("s1").withTiming(timing), Placement.all(pipeline));
    rig.done(pipeline).await(100);
    broker.stop();
    var start = System.nanoTime();
    worker.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .as("how long it took to stop")
        .isLessThan(
            Duration.ofSeconds(30)); // what it was told, its clients' own 20, a busy machine
    broker.restart();
    rig.start(rig.config("s2"), Placement.all(pipeline));
    rig.done(pipeline).await(ITEMS);
    verifyEachItemOnce();
  }
}
