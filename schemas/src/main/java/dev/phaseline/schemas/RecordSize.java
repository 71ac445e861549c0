package dev.phaseline.schemas;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// The size of a record in Kafka's own count, in bytes: never less, because a record that turns out
/// too big between begin and commit would make every transaction fail that it is part of.
public final class RecordSize {
  /// A batch's head, and a record's fixed fields at their widest.
  private static final int FRAME_BYTES = 61 + 21;

  private static final int LENGTH_BYTES_MAX = 5;
  private static final long UTF8_BYTES_MAX = 3;

  private RecordSize() {}

  /// The size of a record that is to be sent.
  public static long of(ProducerRecord<byte[], byte[]> record) {
    return of(record.key(), record.value(), record.headers());
  }

  /// The size of a record that was read.
  public static long of(ConsumerRecord<byte[], byte[]> record) {
    return of(record.key(), record.value(), record.headers());
  }

  /// The size of a record with these headers of ours and no others.
  public static long of(byte @Nullable [] key, byte @Nullable [] value, ItemHeaders headers) {
    return of(key, value, headers.toKafka());
  }

  private static long of(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
    return FRAME_BYTES + bytes(key) + bytes(value) + of(headers);
  }

  /// A character of a name may take three bytes. Names are short: looking at each of their
  /// characters, for every record, cost a tenth of a worker's time.
  private static long of(Headers headers) {
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
