package dev.phaseline.queue.kafka;

import dev.phaseline.queue.StoredItem;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Item that a member of the share group has: its record, and until when its claim holds. Changed
/// by the member's thread alone; others read.
final class Held {
  private final Member member;
  private final ConsumerRecord<byte[], byte[]> record;
  private final StoredItem item;
  private final String token;
  private final int deliveries;
  private volatile long leaseEndNanos;
  private volatile boolean ended;

  /// @param number of the claim, different for each claim of a queue object
  Held(Member member, ConsumerRecord<byte[], byte[]> record, long number) {
    this.member = member;
    this.record = record;
    this.item = ItemRecords.itemOf(record);
    this.token = record.partition() + "-" + record.offset() + "#" + number;
    this.deliveries = ItemRecords.deliveriesOf(record);
  }

  Member member() {
    return member;
  }

  ConsumerRecord<byte[], byte[]> record() {
    return record;
  }

  TopicPartition partition() {
    return new TopicPartition(record.topic(), record.partition());
  }

  StoredItem item() {
    return item;
  }

  String token() {
    return token;
  }

  /// Number of this delivery, from 1.
  int deliveries() {
    return deliveries;
  }

  void leaseUntil(long endNanos) {
    leaseEndNanos = endNanos;
  }

  long leaseEndNanos() {
    return leaseEndNanos;
  }

  void end() {
    ended = true;
  }

  /// Whether the claim holds by the client's clock; the broker has the last word.
  boolean isLive(long nowNanos) {
    return !ended && nowNanos - leaseEndNanos < 0;
  }
}
