package dev.phaseline.ops.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/// Keeps a tracker from having anything of its store back until it is let go: its stores' readers
/// stand still with the first records that they were given.
final class HeldRestore implements AutoCloseable {
  private static final String PREFIX = "restore.consumer.";
  private static final String HELD = "phaseline.test.held";

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);

  /// These settings, so that the tracker that is started with them is held.
  Map<String, Object> in(Map<String, Object> kafka) {
    var held = new HashMap<>(kafka);
    held.put(PREFIX + "interceptor.classes", Reader.class.getName());
    held.put(PREFIX + HELD, this);
    return Map.copyOf(held);
  }

  /// Waits until there was something to read back.
  void awaitReached(Duration atMost) throws InterruptedException {
    assertThat(reached.await(atMost.toMillis(), TimeUnit.MILLISECONDS))
        .as("something is read back")
        .isTrue();
  }

  /// Lets it go on.
  @Override
  public void close() {
    released.countDown();
  }

  private void stand() {
    reached.countDown();
    try {
      released.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /// Made by Kafka, by its name.
  public static final class Reader implements ConsumerInterceptor<byte[], byte[]> {
    private Runnable stand = () -> {};

    /// Called by Kafka.
    public Reader() {}

    @Override
    public void configure(Map<String, ?> settings) {
      stand = ((HeldRestore) Objects.requireNonNull(settings.get(HELD)))::stand;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
      stand.run();
      return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {}

    @Override
    public void close() {}
  }
}
