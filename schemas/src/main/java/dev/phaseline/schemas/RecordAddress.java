package dev.phaseline.schemas;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// The place of a record in Kafka, `topic-partition-offset` as text. It is also the id of a job
/// whose record names none, so the text is part of the wire's format. Immutable.
///
/// @param topic its topic, not empty
/// @param partition of the topic, from 0
/// @param offset in the partition, from 0
public record RecordAddress(String topic, int partition, long offset) {
  private static final char SEPARATOR = '-';

  public RecordAddress {
    if (topic.isEmpty()) throw new IllegalArgumentException("topic is empty");
    if (partition < 0) throw new IllegalArgumentException("partition < 0: " + partition);
    if (offset < 0) throw new IllegalArgumentException("offset < 0: " + offset);
  }

  /// The address of this record.
  public static RecordAddress of(ConsumerRecord<?, ?> record) {
    return new RecordAddress(record.topic(), record.partition(), record.offset());
  }

  /// The address that this text holds; null when it holds none. A topic may have dashes in its
  /// name: the last two are the separators.
  public static @Nullable RecordAddress parse(String text) {
    var last = text.lastIndexOf(SEPARATOR);
    var first = text.lastIndexOf(SEPARATOR, last - 1);
    if (first < 1) return null;
    var partition = Numbers.read(text, first + 1, last, Integer.MAX_VALUE);
    var offset = Numbers.read(text, last + 1, text.length(), Long.MAX_VALUE);
    if (partition < 0 || offset < 0) return null;
    return new RecordAddress(text.substring(0, first), (int) partition, offset);
  }

  /// `topic-partition-offset`; [#parse] reads it.
  @Override
  public String toString() {
    return text(topic, partition, offset);
  }

  /// The text of an address that is not worth an object, or not yet one.
  static String text(String topic, int partition, long offset) {
    return topic + SEPARATOR + partition + SEPARATOR + offset;
  }
}
