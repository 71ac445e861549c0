package dev.phaseline.queue.kafka;

import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/// Fetches of a share consumer, and when the locks of the records that they bring end.
///
/// A fetch goes on at the broker when the poll that began it has returned. And each poll asks for
/// one when it begins, before the client has seen what an earlier one brings at that moment: so one
/// may go on although a poll has just brought records. What it finds is locked for this consumer,
/// unseen until somebody polls. The client does not tell of such a fetch. Its count of answered
/// fetches does: brokers answer within a quarter of a second.
///
/// For the consumer's thread alone, but for [#wake()].
final class ShareFetches {
  private static final String NAME = "fetch-total";

  /// Of a lock's time, so much is taken for what the network may have used up.
  private static final int LOCK_MARGIN = 10;

  /// Of a lock's time, so much may pass between two polls before what the second one finds counts
  /// as fetched right after the first.
  private static final int PAUSE_MAX = 8;

  private final KafkaShareConsumer<byte[], byte[]> consumer;
  private volatile boolean polling;
  private @Nullable Metric metric;
  private boolean going;
  private boolean counted;
  private long countSeen;
  private long pollStartNanos = System.nanoTime();
  private long pollEndNanos = pollStartNanos;
  private long lockNanos;
  private long lockEndNanos;

  /// @param lock for how long the broker locks a record, as far as it is known
  ShareFetches(KafkaShareConsumer<byte[], byte[]> consumer, Duration lock) {
    this.consumer = consumer;
    this.lockNanos = lock.toNanos();
  }

  /// Waits for records. When there are some, [#isLockOver()] is about theirs.
  ConsumerRecords<byte[], byte[]> poll(Duration wait) {
    if (System.nanoTime() - pollEndNanos > lockNanos / PAUSE_MAX) {
      var unseen = pollOnce(Duration.ZERO);
      if (!unseen.isEmpty()) return unseen;
    }
    return pollOnce(wait);
  }

  private ConsumerRecords<byte[], byte[]> pollOnce(Duration wait) {
    var lockedNanos = pollStartNanos; // what is there already may have come right after that
    pollStartNanos = System.nanoTime();
    going = true;
    polling = true;
    try {
      var records = consumer.poll(wait);
      if (records.isEmpty()) return records;
      going = false;
      counted = false;
      consumer.acquisitionLockTimeoutMs().ifPresent(ms -> lockNanos = ms * 1_000_000L);
      lockedSince(lockedNanos);
      return records;
    } catch (WakeupException woken) {
      return ConsumerRecords.empty();
    } finally {
      polling = false;
      pollEndNanos = System.nanoTime();
    }
  }

  /// Ends a running poll. It may have ended by itself, and then the next call of the consumer
  /// fails: for a consumer that is about to be closed. From any thread.
  void wake() {
    if (polling) consumer.wakeup();
  }

  /// Whether a fetch may go on at the broker, or have brought what was not polled yet.
  boolean isGoing() {
    noteCount();
    if (count() > countSeen) going = true;
    return going;
  }

  /// Notes that the fetch of the last records has been counted: the client does it a moment after
  /// it has handed them out.
  void noteCount() {
    if (counted) return;
    counted = true;
    countSeen = count();
  }

  /// Whether so much of the records' lock is over that they had better be released.
  boolean isStale() {
    return lockEndNanos - System.nanoTime() < lockNanos / 4;
  }

  /// Number of fetches that brokers have answered.
  long count() {
    if (metric == null) {
      for (var one : consumer.metrics().entrySet()) {
        var name = one.getKey();
        if (name.name().equals(NAME) && name.tags().size() == 1) metric = one.getValue();
      }
    }
    return metric == null ? 0 : ((Number) metric.metricValue()).longValue();
  }

  /// The records were locked again, at that time or later.
  void lockedSince(long nanos) {
    lockEndNanos = nanos + lockNanos - lockNanos / LOCK_MARGIN;
  }

  /// Whether the records may be another consumer's by now.
  boolean isLockOver() {
    return System.nanoTime() - lockEndNanos >= 0;
  }

  /// The time at which it should be renewed.
  long renewNanos() {
    return lockEndNanos - lockNanos / 2;
  }
}
