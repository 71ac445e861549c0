package dev.phaseline.worker;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/// What records weigh in Kafka's own count: never less, because a record that turns out too big
/// between begin and commit would make every transaction fail that it is part of.
final class RecordSizes {
  /// A batch's head, and a record's fixed fields at their widest.
  private static final int FRAME_BYTES = 61 + 21;

  private static final int LENGTH_BYTES_MAX = 5;

  private RecordSizes() {}

  static long of(ProducerRecord<byte[], byte[]> record) {
    return FRAME_BYTES + bytes(record.key()) + bytes(record.value()) + of(record.headers());
  }

  static long of(ConsumerRecord<byte[], byte[]> record) {
    return FRAME_BYTES + bytes(record.key()) + bytes(record.value()) + of(record.headers());
  }

  private static long of(Headers headers) {
    var sum = (long) LENGTH_BYTES_MAX;
    for (var header : headers) {
      sum += LENGTH_BYTES_MAX + utf8BytesMax(header.key()) + bytes(header.value());
    }
    return sum;
  }

  private static long utf8BytesMax(String text) {
    var sum = 0L;
    for (var i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      sum += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
    }
    return sum;
  }

  private static long bytes(byte @Nullable [] content) {
    return LENGTH_BYTES_MAX + (content == null ? 0L : content.length);
  }
}
