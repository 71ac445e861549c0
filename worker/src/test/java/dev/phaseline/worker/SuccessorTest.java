package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.worker.WorkerConfig.Protocol;
import dev.phaseline.worker.client.ClientSettings;
import dev.phaseline.worker.client.LaneIds;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;

/// A worker that comes back under the name of one that did not leave its groups: it was killed, and
/// its session lasts on. Here it lasts for ever.
final class SuccessorTest extends BrokerTest {
  private static final int PARTITIONS = 3;

  private final Pipeline pipeline =
      Pipeline.named("n").phase("only", Codec.text(), (_, _) -> Outcome.done()).build();

  private WorkerConfig config(Protocol protocol) {
    var config = rig.config("s1");
    return config.withTuning(config.tuning().withProducers(1).withProtocol(protocol));
  }

  private KafkaConsumer<byte[], byte[]> predecessor(WorkerConfig config) {
    var topic = rig.topics().phase("n", "only");
    var group = rig.topics().group("n", "only");
    var lane = LaneIds.lane(topic, "s1", 0);
    var settings = ClientSettings.consumer(config, group, lane, 10);
    settings.put("auto.offset.reset", "earliest"); // nothing is committed yet
    settings.put("group.instance.id", LaneIds.instance("s1", 0));
    var consumer = new KafkaConsumer<byte[], byte[]>(settings);
    consumer.subscribe(List.of(topic));
    Wait.until(
        "it has all partitions",
        () -> {
          consumer.poll(Duration.ofMillis(50));
          return consumer.assignment().size() == PARTITIONS;
        });
    return consumer;
  }

  @Test
  void aWorkerTakesThePartitionsOfAPredecessorThatHasNotLeft() {
    verifyThatTheSuccessorTakesAll(Protocol.CONSUMER);
  }

  @Test
  void aWorkerTakesThemUnderTheClassicProtocolToo() {
    verifyThatTheSuccessorTakesAll(Protocol.CLASSIC);
  }

  private void verifyThatTheSuccessorTakesAll(Protocol protocol) {
    rig.create(pipeline, PARTITIONS);
    var config = config(protocol);
    var predecessor = predecessor(config);
    try {
      var worker = rig.start(config, Placement.all(pipeline));
      Wait.until(
          "it has all partitions",
          worker::status,
          () -> Rig.status(worker, "only").partitions() == PARTITIONS);
      rig.submit(pipeline, 0, 30, i -> "k" + i);
      rig.done(pipeline).await(30);
      assertThat(rig.assignments(pipeline, "only")).as("members of the group").hasSize(1);
      assertThat(worker.failure()).isEmpty();
      worker.close();
      Wait.until("it has left for good", () -> rig.assignments(pipeline, "only").isEmpty());
    } finally {
      try {
        predecessor.close(CloseOptions.timeout(Duration.ZERO));
      } catch (KafkaException fenced) {
        assertThat(fenced).hasMessageContaining("instance");
      }
    }
  }
}
