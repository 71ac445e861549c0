package dev.phaseline.worker.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.engine.Batch;
import dev.phaseline.core.engine.Item;
import dev.phaseline.core.engine.Settlement;
import dev.phaseline.worker.item.KafkaSettlement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TransactionAbortedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

final class SentRecordsTest {
  private final RecordTooLargeException tooLarge = new RecordTooLargeException("no");

  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());

  private static Batch batch(int items) throws ReflectiveOperationException {
    var record = new ProducerRecord<byte[], byte[]>("done", new byte[10]);
    var settlements = new Settlement[items];
    Arrays.setAll(settlements, _ -> new KafkaSettlement(List.of(record), 10, false));
    var made =
        Batch.class.getDeclaredConstructor(Item[].class, Settlement[].class, Map.class, long.class);
    made.setAccessible(true);
    return made.newInstance(new Item[items], settlements, Map.of(), 10L * items);
  }

  private SentRecords sent(int items) throws ReflectiveOperationException {
    var sent = new SentRecords(batch(items));
    sent.send(producer);
    return sent;
  }

  @Test
  void theOneThatIsRefusedForItsSizeIsNamed() throws Exception {
    var sent = sent(3);
    producer.completeNext();
    producer.errorNext(tooLarge);
    producer.errorNext(new TransactionAbortedException("with it"));
    assertThat(sent.tooLarge()).containsOnlyKeys(1);
  }

  /// The producer gives what it has not sent yet the error of the record that it could not send.
  @Test
  void ofSeveralThatFailForSizeNoneIsKnownToBeTooLarge() throws Exception {
    var sent = sent(3);
    producer.errorNext(tooLarge);
    producer.errorNext(tooLarge);
    producer.errorNext(tooLarge);
    assertThat(sent.tooLarge()).isEmpty();
  }
}
