package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.engine.Progress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// A phase's topic that is deleted and made again: each job of the new one is done once, whatever
/// was committed for the old one.
final class RecreatedTopicTest extends BrokerTest {
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger stuck = new AtomicInteger();
  private final Pipeline pipeline =
      Pipeline.named("r")
          .phase(
              "only",
              Codec.text(),
              (text, _) -> {
                if (text.startsWith("stuck")) {
                  stuck.incrementAndGet();
                  goOn.await();
                }
                return Outcome.done(text);
              })
          .result(Codec.text())
          .build();

  private String topic() {
    return rig.topics().phase("r", "only");
  }

  /// With a producer of its own: one that knew the old topic is no part of this.
  private void send(String name, int from, int to) {
    try (var producer =
        new KafkaProducer<>(rig.client(), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (var i = from; i < to; i++) {
        var id = name + i;
        Rig.answer(producer.send(Rig.job(topic(), id, id, id)));
      }
    }
  }

  private void delete() {
    Rig.answer(rig.admin().deleteTopics(List.of(topic())).all());
  }

  private void create(int partitions) {
    rig.create(List.of(topic()), partitions, Map.of());
  }

  private static List<String> names(String name, int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> name + i).toList();
  }

  private void assertDone(TopicView done, List<String> expected) {
    Wait.until(
        expected.size() + " are done",
        () -> done.read().size(),
        () -> done.read().size() >= expected.size());
    var results = new ArrayList<String>();
    for (var record : done.read()) results.add(new String(record.value(), UTF_8));
    assertThat(results).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static List<String> both(List<String> some, List<String> others) {
    var all = new ArrayList<>(some);
    all.addAll(others);
    return all;
  }

  @Test
  void jobsOfATopicThatWasMadeAgainUnderAWorkerAreAllDoneOnce() {
    rig.create(pipeline, 1);
    var done = rig.done(pipeline);
    var worker = rig.start(pipeline);
    send("old", 0, 5);
    assertDone(done, names("old", 0, 5));
    delete();
    create(1);
    send("new", 0, 8);
    assertDone(done, both(names("old", 0, 5), names("new", 0, 8)));
    assertThat(worker.failure()).isEmpty();
    send("later", 0, 1);
    Wait.until("one more is done", () -> done.read().size() >= 14);
    assertThat(done.read()).as("and none twice").hasSize(14);
  }

  @Test
  void aTopicThatIsShorterThanTheOneBeforeIsBegunWithToo() {
    rig.create(pipeline, 2);
    var done = rig.done(pipeline);
    var worker = rig.start(pipeline);
    send("old", 0, 12);
    assertDone(done, names("old", 0, 12));
    delete();
    create(2);
    send("new", 0, 3);
    assertDone(done, both(names("old", 0, 12), names("new", 0, 3)));
    assertThat(Rig.status(worker, "only").stopped()).isEmpty();
  }

  @Test
  void whileTheTopicIsGoneTheStatusNamesIt() {
    rig.create(pipeline, 2);
    var done = rig.done(pipeline);
    var worker = rig.start(pipeline);
    send("old", 0, 2);
    assertDone(done, names("old", 0, 2));
    delete();
    Wait.until(
        "the status names it",
        worker::status,
        () ->
            Rig.status(worker, "only")
                .condition()
                .startsWith("there is no topic " + topic() + " any more"));
    create(3);
    send("new", 0, 6);
    assertDone(done, both(names("old", 0, 2), names("new", 0, 6)));
    Wait.until(
        "all is well", worker::status, () -> Rig.status(worker, "only").condition().isEmpty());
  }

  @Test
  void itemsThatRunWhenTheirTopicIsDeletedDoNotKeepThoseOfTheNewOneFromBeingDone() {
    rig.create(pipeline, 1);
    var done = rig.done(pipeline);
    var worker = rig.start(pipeline);
    send("old", 0, 3);
    assertDone(done, names("old", 0, 3));
    send("stuck", 0, 1);
    Wait.until("it runs", () -> stuck.get() == 1);
    delete();
    create(1);
    send("new", 0, 8);
    Wait.until("the new ones are done", worker::status, () -> done.read().size() >= 11);
    goOn.countDown();
    send("later", 0, 1);
    Wait.until("one more is done", () -> ids(done).contains("later0"));
    assertThat(ids(done)).doesNotHaveDuplicates().containsAll(names("new", 0, 8));
  }

  private static List<String> ids(TopicView done) {
    return done.read().stream().map(record -> new String(record.value(), UTF_8)).toList();
  }

  @Test
  void offsetsThatOutliveTheirTopicDoNotCountForTheOneOfItsName() {
    rig.create(pipeline, 1);
    var done = rig.done(pipeline);
    send("old", 0, 5);
    try (var worker = Worker.start(rig.config("s1"), Placement.all(pipeline))) {
      assertDone(done, names("old", 0, 5));
      assertThat(worker.failure()).isEmpty();
    }
    var committed = rig.committed(pipeline, "only", 0).orElseThrow();
    assertThat(committed.offset()).isEqualTo(5);
    delete();
    create(1);
    send("new", 0, 8);
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    offsets.put(new TopicPartition(topic(), 0), committed);
    Rig.answer(
        rig.admin().alterConsumerGroupOffsets(rig.topics().group("r", "only"), offsets).all());
    rig.start(pipeline);
    assertDone(done, both(names("old", 0, 5), names("new", 0, 8)));
  }

  @Test
  void theProgressThatIsCommittedNamesItsTopic() throws Exception {
    rig.create(pipeline, 1);
    rig.start(pipeline);
    send("a", 0, 1);
    Wait.until(
        "it is committed",
        () -> rig.committed(pipeline, "only", 0).filter(at -> at.offset() == 1).isPresent());
    var at = rig.committed(pipeline, "only", 0).orElseThrow();
    var described = Rig.answer(rig.admin().describeTopics(List.of(topic())).allTopicNames());
    assertThat(described).containsOnlyKeys(topic());
    var id = described.values().iterator().next().topicId();
    var progress = Progress.decode(at.offset(), at.metadata());
    assertThat(progress.topic())
        .isEqualTo(new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()));
  }
}
