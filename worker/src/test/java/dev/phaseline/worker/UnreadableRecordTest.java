package dev.phaseline.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.reading.GuardedConsumer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// Records of a few kB that unpack to more than a reader can take.
final class UnreadableRecordTest extends BrokerTest {
  private static final int LIMIT = 1 << 20;

  /// More than the small heap has.
  private static final int HUGE = 80 << 20;

  @Test
  void aRecordThatUnpacksToTooMuchStopsItsPartitionAndNothingElse() throws Exception {
    System.setProperty(GuardedConsumer.RECORD_BYTES_MAX, Integer.toString(LIMIT));
    try {
      var pipeline =
          Pipeline.named("p").phase("only", Codec.text(), (_, _) -> Outcome.done()).build();
      rig.create(pipeline, 2);
      var topic = rig.topics().phase("p", "only");
      send(topic, List.of("a0", "a1"), LIMIT + 1, List.of("a3"));
      var worker = rig.start(pipeline);
      assertThat(rig.done(pipeline).await(4)).as("two before it, two beside it").hasSize(4);
      Wait.until(
          "the partition is stopped",
          () -> worker.status().toString(),
          () -> worker.status().getFirst().stopped().containsKey(0));
      var status = worker.status().getFirst();
      assertThat(status.stopped().get(0))
          .contains("offset 2", "1,048,577 bytes", "--to-offset 3", topic + ":0");
      assertThat(status.stopped()).hasSize(1);

      send(topic, List.of("a4"), 0, List.of("b2"));
      assertThat(rig.done(pipeline).await(5)).as("the other partition goes on").hasSize(5);
      assertThat(worker.failure()).isEmpty();
    } finally {
      System.clearProperty(GuardedConsumer.RECORD_BYTES_MAX);
    }
  }

  @Test
  void aRecordForWhichTheHeapHasNoRoomIsFoundAndAllOthersAreRead() throws Exception {
    var topic = rig.topics().phase("p", "only");
    rig.create(List.of(topic), 2, Map.of());
    send(topic, List.of("a0", "a1"), HUGE, List.of("a3", "a4"));

    var out = smallHeap(topic, 6);
    assertThat(out).last().isEqualTo("end");
    assertThat(out)
        .filteredOn(line -> line.startsWith("skipped"))
        .singleElement()
        .satisfies(line -> assertThat(line).startsWith("skipped 0/2: the heap of "));
    assertThat(out)
        .filteredOn(line -> line.startsWith("read"))
        .containsExactlyInAnyOrder(
            "read a0", "read a1", "read a3", "read a4", "read b0", "read b1");
  }

  /// Into partition 0: some, one that unpacks to `huge` bytes (0: none), more; into partition 1:
  /// two, or those of `after` that begin with b.
  private void send(String topic, List<String> before, int huge, List<String> after)
      throws Exception {
    var config = new HashMap<>(rig.client());
    config.put("compression.type", "zstd");
    config.put("linger.ms", 100);
    config.put("max.request.size", 2 * HUGE);
    config.put("buffer.memory", 4L * HUGE);
    try (var producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (var text : before) put(producer, topic, 0, text.getBytes(UTF_8));
      if (huge > 0) {
        put(producer, topic, 0, new byte[huge]);
        put(producer, topic, 1, "b0".getBytes(UTF_8));
        put(producer, topic, 1, "b1".getBytes(UTF_8));
      }
      for (var text : after) {
        put(producer, topic, text.startsWith("b") ? 1 : 0, text.getBytes(UTF_8));
      }
      producer.flush();
    }
  }

  private static void put(
      KafkaProducer<byte[], byte[]> producer, String topic, int partition, byte[] value) {
    var _ = producer.send(new ProducerRecord<>(topic, partition, null, value));
  }

  private List<String> smallHeap(String topic, int records) throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var process =
        new ProcessBuilder(
                java,
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                SmallHeapReader.class.getName(),
                String.valueOf(rig.client().get("bootstrap.servers")),
                topic,
                Integer.toString(records))
            .redirectErrorStream(true)
            .start();
    try (var out = process.inputReader(UTF_8)) {
      var lines = new ArrayList<String>();
      for (var line = out.readLine(); line != null; line = out.readLine()) {
        if (line.matches("(read|skipped|end|Exception|.*Error).*")) lines.add(line);
      }
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("%s", lines).isTrue();
      return lines;
    } finally {
      process.destroyForcibly();
    }
  }
}
