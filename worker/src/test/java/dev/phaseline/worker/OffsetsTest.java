package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.control.Heartbeat;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// Where a worker goes on: from what it committed or, where that can't be trusted, not at all.
final class OffsetsTest extends BrokerTest {
  private final Queue<String> handled = new ConcurrentLinkedQueue<>();
  private final Pipeline pipeline =
      Pipeline.named("o")
          .phase(
              "only",
              Codec.text(),
              (text, _) -> {
                handled.add(text);
                return Outcome.done();
              })
          .build();

  private TopicPartition partition(int number) {
    return new TopicPartition(rig.topics().phase("o", "only"), number);
  }

  private void send(int partition, String text) {
    var record = Rig.job(partition(partition).topic(), text, text, text);
    rig.sendAndWait(
        new org.apache.kafka.clients.producer.ProducerRecord<>(
            record.topic(), partition, record.key(), record.value(), record.headers()));
  }

  private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    Rig.answer(
        rig.admin().alterConsumerGroupOffsets(rig.topics().group("o", "only"), offsets).all());
  }

  private String awaitStopped(Worker worker, int partition) {
    var said = new AtomicReference<>("");
    Wait.until(
        "partition " + partition + " is stopped, and the condition says so",
        worker::status,
        () -> {
          var status = Rig.status(worker, "only");
          said.set(String.valueOf(status.stopped().get(partition)));
          return status.condition().equals("partition " + partition + " is stopped: " + said.get());
        });
    return said.get();
  }

  /// One more item on each other partition goes through, and nothing of the stopped one.
  private void verifyThatOnlyThisOneStands(Worker worker, int stopped) {
    send(1 - stopped, "neighbour");
    var done = rig.done(pipeline);
    done.await(1);
    assertThat(TopicView.ids(done.read())).containsExactly("neighbour");
    assertThat(handled).containsExactly("neighbour");
    assertThat(Rig.status(worker, "only").stopped()).containsOnlyKeys(stopped);
    assertThat(worker.failure()).isEmpty();
  }

  @Test
  void offsetMetadataThatIsNotOursStopsThePartitionAndIsLeftAlone() {
    rig.create(pipeline, 2);
    send(0, "a");
    var foreign = new OffsetAndMetadata(0, "somebody else was here");
    commit(Map.of(partition(0), foreign));
    var worker = rig.start(pipeline);
    assertThat(awaitStopped(worker, 0))
        .startsWith("progress at offset 0 is not written by Phaseline");
    verifyThatOnlyThisOneStands(worker, 0);
    worker.close();
    assertThat(rig.committed(pipeline, "only", 0)).contains(foreign);
  }

  @Test
  void damagedMetadataStopsThePartitionInsteadOfRunningCompleteItemsAgain() {
    rig.create(pipeline, 2);
    send(0, "a");
    var first = rig.start(pipeline);
    rig.done(pipeline).await(1);
    first.close();
    handled.clear();
    var good = rig.committed(pipeline, "only", 0).orElseThrow();
    var text = good.metadata();
    var damaged = text.substring(0, 6) + (text.charAt(6) == 'A' ? 'B' : 'A') + text.substring(7);
    commit(Map.of(partition(0), new OffsetAndMetadata(good.offset(), damaged)));
    var worker = rig.start(pipeline);
    assertThat(awaitStopped(worker, 0)).contains("damaged (checksum differs)");
    worker.close();

    // an offset that was moved by hand without its metadata is no better
    commit(Map.of(partition(0), new OffsetAndMetadata(0, text)));
    var again = rig.start(pipeline);
    assertThat(awaitStopped(again, 0)).contains("but committed with offset 0");
    again.close();
    assertThat(handled).isEmpty();

    // without metadata, it is what it says
    commit(Map.of(partition(0), new OffsetAndMetadata(0)));
    rig.start(pipeline);
    rig.done(pipeline).await(2);
    assertThat(handled).containsExactly("a");
  }

  @Test
  void anOffsetThatRetentionHasEatenStopsThePartition() {
    rig.create(pipeline, 2);
    rig.create(List.of(rig.topics().workers()), 1, Map.of("cleanup.policy", "compact"));
    for (var i = 0; i < 5; i++) send(0, "a" + i);
    commit(Map.of(partition(0), new OffsetAndMetadata(1), partition(1), new OffsetAndMetadata(0)));
    Rig.answer(
        rig.admin().deleteRecords(Map.of(partition(0), RecordsToDelete.beforeOffset(3))).all());
    var worker = rig.start(pipeline);
    assertThat(awaitStopped(worker, 0))
        .contains(partition(0) + " can't be read at offset 1 any more", "--reset-offsets");
    var beats = rig.view(rig.topics().workers());
    Wait.until(
        "heartbeats tell of the partition apart from what passes",
        () ->
            Heartbeat.read(beats.await(1).getLast().value())
                .phases()
                .getFirst()
                .stoppedBecause()
                .startsWith("partition 0 is stopped: " + partition(0) + " can't be read"));
    verifyThatOnlyThisOneStands(worker, 0);
  }

  @Test
  void anOffsetBehindTheEndOfTheLogStopsThePartition() {
    rig.create(pipeline, 2);
    send(0, "a");
    commit(Map.of(partition(0), new OffsetAndMetadata(99), partition(1), new OffsetAndMetadata(0)));
    var worker = rig.start(pipeline);
    assertThat(awaitStopped(worker, 0)).contains("can't be read at offset 99 any more");
    verifyThatOnlyThisOneStands(worker, 0);
  }

  @Test
  void aGroupThatHasForgottenItsOffsetDoesNotGuessWhereItWas() {
    rig.create(pipeline, 2);
    for (var i = 0; i < 5; i++) send(0, "a" + i);
    Rig.answer(
        rig.admin().deleteRecords(Map.of(partition(0), RecordsToDelete.beforeOffset(3))).all());
    var worker = rig.start(pipeline);
    assertThat(awaitStopped(worker, 0))
        .contains(
            "has no committed offset for " + partition(0), "before 3 are gone", "--reset-offsets");
    verifyThatOnlyThisOneStands(worker, 0);
  }
}
