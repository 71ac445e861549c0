package dev.phaseline.queue.kafka;

import dev.phaseline.topics.ClusterException;
import java.time.Duration;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removal of ended items from the log. A share group does not remove records, and items have no
/// retention; so a queue object that deletes items removes, now and then, all records before the
/// first that has not ended. Kafka frees the space segment by segment. Thread-safe.
final class QueueTrim implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(QueueTrim.class);
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final int DELETED_MIN = 1_000;

  private final QueueAccess access;
  private final AtomicLong deleted = new AtomicLong();
  private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile boolean closed;

  QueueTrim(QueueAccess access) {
    this.access = access;
  }

  /// So many items more were deleted.
  void after(int count) {
    if (deleted.addAndGet(count) < DELETED_MIN) return;
    if (System.nanoTime() - lastNanos.get() < INTERVAL.toNanos()) return;
    if (closed || !running.compareAndSet(false, true)) return;
    deleted.set(0);
    lastNanos.set(System.nanoTime());
    Thread.ofVirtual().name("phaseline-queue-trim-" + access.queue()).start(this::run);
  }

  private void run() {
    try {
      var topic = access.clients().topics().describe(access.queue());
      if (topic == null) return;
      var starts = new HashMap<TopicPartition, Long>();
      access
          .clients()
          .backlog()
          .parts(access.queue(), topic)
          .forEach((partition, part) -> starts.put(partition, part.start()));
      access.clients().backlog().removeBefore(starts);
    } catch (ClusterException | KafkaException later) {
      LOG.debug("ended items of queue {} are removed later", access.queue(), later);
    } finally {
      running.set(false);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
