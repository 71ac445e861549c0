package dev.phaseline.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.AbstractRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RecordSizeTest {
  /// Kafka's producer refuses by this estimate, a broker by what the batch really has, which is
  /// never more.
  @Test
  void sizeIsNeverBelowKafkasOwnCountAndSeldomFarAbove() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    for (var i = 0; i < 2_000; i++) {
      var record =
          new ProducerRecord<byte[], byte[]>("t", null, bytes(random, 300), bytes(random, 100_000));
      for (var h = random.nextInt(30); h > 0; h--) {
        var name = (random.nextBoolean() ? "pl-" : "é€") + "x".repeat(random.nextInt(40));
        record.headers().add(name, bytes(random, 200));
      }
      var theirs =
          AbstractRecords.estimateSizeInBytesUpperBound(
              RecordBatch.CURRENT_MAGIC_VALUE,
              Compression.NONE.type(),
              record.key(),
              record.value(),
              record.headers().toArray());
      var names = 0L;
      for (var header : record.headers()) names += header.key().getBytes(UTF_8).length;
      assertThat(RecordSize.of(record))
          .as("seed %d, round %d", seed, i)
          .isBetween((long) theirs, theirs + 2 * names + 40L * 10);
    }
  }

  private static byte @Nullable [] bytes(Random random, int max) {
    return random.nextInt(10) == 0 ? null : new byte[random.nextInt(max)];
  }
}
