package dev.phaseline.worker.takeover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.worker.BrokerTest;
import dev.phaseline.worker.LeftOpen;
import dev.phaseline.worker.MicrometerMeters;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.TopicView;
import dev.phaseline.worker.Wait;
import dev.phaseline.worker.client.LaneIds;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a worker ends that others left open, and what it must not touch.
final class AbandonedTransactionsTest extends BrokerTest {
  private static final int ITEMS = 50;

  /// Long before a transaction here times out, which is after ten minutes.
  private static final Duration SOON = Duration.ofMinutes(2);

  private final List<LeftOpen> opened = new ArrayList<>();
  private final Pipeline pipeline =
      Pipeline.named("g")
          .phase("one", Codec.text(), (text, _) -> Outcome.next(text))
          .phase("two", Codec.text(), (_, _) -> Outcome.done())
          .build();

  @BeforeEach
  void create() {
    rig.create(pipeline, 2);
  }

  @AfterEach
  void close() {
    opened.forEach(LeftOpen::close);
  }

  private String topic(String phase) {
    return rig.topics().phase("g", phase);
  }

  private String id(String phase, String server) {
    return LaneIds.producer(LaneIds.lane(topic(phase), server, 0), 0);
  }

  private LeftOpen open(String id, String topic) {
    var transaction = new LeftOpen(rig, id, topic);
    opened.add(transaction);
    return transaction;
  }

  private void verifyThatItemsEndSoon(long sinceNanos) {
    var done = rig.done(pipeline).await(ITEMS);

    assertThat(Duration.ofNanos(System.nanoTime() - sinceNanos)).isLessThan(SOON);
    TopicView.assertJobsOnce(done, ITEMS);
  }

  @Test
  void whatAWorkerThatIsGoneLeftOpenHidesNothingThatComesAfterIt() {
    var registry = new SimpleMeterRegistry();
    var begun = System.nanoTime();
    var gone = open(id("one", "gone"), topic("two"));
    var alsoGone = open(id("one", "gone-too"), topic("two"));
    var _ =
        rig.start(
            rig.config("s1").withMeters(MicrometerMeters.of(registry)), Placement.all(pipeline));
    rig.submit(pipeline, 0, ITEMS, i -> "k" + i);

    verifyThatItemsEndSoon(begun);

    assertThatThrownBy(gone::commit).isInstanceOf(KafkaException.class);
    assertThatThrownBy(alsoGone::commit).isInstanceOf(KafkaException.class);
    var ended = registry.get("phaseline.transactions.abandoned");
    var one = ended.tag("phase", "one").counter();
    // What was behind can be read before whoever ended it has its answer, and counts.
    Wait.until("both are counted", one::count, () -> one.count() == 2);
    assertThat(registry.get("phaseline.transactions.abandoned").tag("phase", "two").counter())
        .returns(0.0, counter -> counter.count());
  }

  @Test
  void offsetsThatAWorkerThatIsGoneWasAboutToMoveDoNotKeepItsSuccessorFromStarting() {
    rig.submit(pipeline, 0, ITEMS, i -> "k" + i);
    var begun = System.nanoTime();
    for (var partition = 0; partition < 2; partition++) {
      open(id("one", "gone" + partition), topic("two"))
          .moving(topic("one"), new TopicPartition(topic("one"), partition), 1);
    }
    var _ = rig.start(pipeline);

    verifyThatItemsEndSoon(begun);
  }

  @Test
  void aWorkerEndsWhatItLeftOpenItselfBeforeItAsksWhereToStart() {
    rig.submit(pipeline, 0, ITEMS, i -> "k" + i);
    var begun = System.nanoTime();
    open(id("one", "s1"), topic("two"))
        .moving(topic("one"), new TopicPartition(topic("one"), 0), 1);
    var _ = rig.start(pipeline);

    verifyThatItemsEndSoon(begun);
  }

  @Test
  void aMembersTransactionIsLeftAloneAndSoIsEverythingThatIsNotOfThisPhase() {
    rig.create(List.of("scratch-" + topic("one")), 1, Map.of());
    var untouchable =
        List.of(
            id("one", "alive"),
            id("two", "gone"), // nobody here works on that phase
            "x." + id("one", "gone"),
            topic("one") + "-more.gone.0.0",
            topic("one") + ".more.gone.0.0",
            topic("one") + ".gone.0");
    try (var alive = member("alive")) {
      Wait.until("it has partitions", () -> polled(alive).assignment().size() == 2);
      for (var id : untouchable) open(id, "scratch-" + topic("one"));
      var gone = open(id("one", "gone"), "scratch-" + topic("one"));
      assertThat(LeftOpen.all(rig)).containsAll(untouchable).contains(gone.id());

      var _ = rig.start(rig.config("s1"), List.of(Placement.all(pipeline).getFirst()));

      Wait.until(
          "what the one left open that is gone is ended",
          () -> !polled(alive).assignment().isEmpty() && !LeftOpen.all(rig).contains(gone.id()));
      assertThat(LeftOpen.all(rig)).containsAll(untouchable);
      for (var transaction : opened) {
        if (transaction != gone) assertThatCode(transaction::commit).doesNotThrowAnyException();
      }
    }
  }

  private KafkaConsumer<byte[], byte[]> member(String server) {
    var settings = new HashMap<>(rig.client());
    settings.put("group.id", topic("one"));
    settings.put("group.protocol", "consumer");
    settings.put("client.id", LaneIds.lane(topic("one"), server, 0));
    settings.put("auto.offset.reset", "earliest");
    settings.put("enable.auto.commit", false);
    var consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic("one")));
    return consumer;
  }

  private static KafkaConsumer<byte[], byte[]> polled(KafkaConsumer<byte[], byte[]> consumer) {
    consumer.poll(Duration.ofMillis(20));
    return consumer;
  }
}
