package dev.phaseline.schemas;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/// The size of a record in Kafka's own count, as a batch of its own: never less, because a record
/// that turns out too big between begin and commit fails every transaction that it is part of. One
/// formula, so that what the producer lets through is what the worker and the scheduler count.
public final class RecordSize {
  /// A batch's head, and a record's fixed fields at their widest.
  private static final int FRAME_BYTES = 61 + 21;

  private static final int LENGTH_BYTES_MAX = 5;
  private static final long UTF8_BYTES_MAX = 3;

  private RecordSize() {}

  /// Bytes of a record that is to be sent.
  public static long of(ProducerRecord<byte[], byte[]> record) {
    return of(record.key(), record.value(), record.headers());
  }

  /// Bytes of a record that was read.
  public static long of(ConsumerRecord<byte[], byte[]> record) {
    return of(record.key(), record.value(), record.headers());
  }

  /// Bytes of a record with these headers of ours and no others.
  public static long of(byte @Nullable [] key, byte @Nullable [] value, ItemHeaders headers) {
    return of(key, value, headers.toKafka());
  }

  /// Bytes of a record of these parts.
  public static long of(
      byte @Nullable [] key, byte @Nullable [] value, Iterable<? extends Header> headers) {
    return FRAME_BYTES + bytes(key) + bytes(value) + of(headers);
  }

  /// A character of a name may take three bytes. Names are short: looking at each of their
  /// characters, for every record, cost a tenth of a worker's time.
  private static long of(Iterable<? extends Header> headers) {
    var sum = (long) LENGTH_BYTES_MAX;
    for (var header : headers) {
      sum += LENGTH_BYTES_MAX + UTF8_BYTES_MAX * header.key().length() + bytes(header.value());
    }
    return sum;
  }

  private static long bytes(byte @Nullable [] content) {
    return LENGTH_BYTES_MAX + (content == null ? 0L : content.length);
  }
}
