package dev.phaseline.worker;

import dev.phaseline.core.engine.Item;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// A record of Kafka as an item of the engine. Every item of a worker's lanes is one, so the record
/// is there for all that handles or publishes it. Immutable.
///
/// @param record as it was polled
/// @param key its key as something that can be compared; null for none
/// @param bytes what it weighs: [dev.phaseline.schemas.RecordSize]
record KafkaItem(ConsumerRecord<byte[], byte[]> record, @Nullable ByteBuffer key, int bytes)
    implements Item {

  /// The item of a record that was polled.
  static KafkaItem of(ConsumerRecord<byte[], byte[]> record, long weight) {
    var key = record.key();
    return new KafkaItem(
        record,
        key == null ? null : ByteBuffer.wrap(key),
        (int) Math.min(weight, Integer.MAX_VALUE));
  }

  /// The record of an item of this worker's.
  static ConsumerRecord<byte[], byte[]> recordOf(Item item) {
    return ((KafkaItem) item).record;
  }

  @Override
  public int partition() {
    return record.partition();
  }

  @Override
  public long offset() {
    return record.offset();
  }

  /// Without payload and key, which are the user's.
  @Override
  public String toString() {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }
}
