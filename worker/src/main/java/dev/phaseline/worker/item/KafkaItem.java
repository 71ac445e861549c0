package dev.phaseline.worker.item;

import dev.phaseline.core.engine.Attempt;
import dev.phaseline.core.engine.Item;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// A record of Kafka as an item of the engine. Every item of a worker's lanes is one, so the record
/// is there for all that handles or publishes it.
///
/// Thread-safe: what the engine reads does not change, and the latest attempt's span is guarded.
public final class KafkaItem implements Item {
  private final ConsumerRecord<byte[], byte[]> record;
  private final @Nullable Key key;
  private final int bytes;
  private @Nullable AttemptSpan latest; // guarded by this

  /// A record's key as a key of queues: compared by its bytes, whose hash is computed once.
  private static final class Key {
    private final byte[] bytes;
    private final int hash;

    Key(byte[] bytes) {
      this.bytes = bytes;
      this.hash = Arrays.hashCode(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key that && hash == that.hash && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  /// An item that holds this record.
  ///
  /// @param weight what it weighs: [RecordSize]
  public KafkaItem(ConsumerRecord<byte[], byte[]> record, long weight) {
    this.record = record;
    this.key = record.key() == null ? null : new Key(record.key());
    this.bytes = (int) Math.min(weight, Integer.MAX_VALUE);
  }

  /// An item of this worker's.
  static KafkaItem of(Item item) {
    return (KafkaItem) item;
  }

  /// The item of an attempt of this worker's.
  static KafkaItem of(Attempt attempt) {
    return of(attempt.item());
  }

  /// The record of an item of this worker's.
  public static ConsumerRecord<byte[], byte[]> recordOf(Item item) {
    return of(item).record;
  }

  /// An attempt begins, in this span.
  synchronized void attempted(AttemptSpan span) {
    latest = span;
  }

  /// The span of the latest attempt in this lane; null when there was none, or it is forgotten.
  synchronized @Nullable AttemptSpan latestSpan() {
    return latest;
  }

  /// Nothing more will be said in this span; a later attempt's stays.
  synchronized void forget(AttemptSpan span) {
    if (latest == span) latest = null;
  }

  @Override
  public int partition() {
    return record.partition();
  }

  @Override
  public long offset() {
    return record.offset();
  }

  @Override
  public @Nullable Object key() {
    return key;
  }

  @Override
  public int bytes() {
    return bytes;
  }

  /// Without payload and key, which are the user's.
  @Override
  public String toString() {
    return record.topic() + "-" + record.partition() + "@" + record.offset();
  }
}
