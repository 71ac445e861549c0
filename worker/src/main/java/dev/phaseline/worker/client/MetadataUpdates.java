package dev.phaseline.worker.client;

import dev.phaseline.schemas.reading.BoundedBytes;
import dev.phaseline.schemas.reading.GuardedConsumer;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;

/// A count of the updates of a consumer's metadata. Kafka tells a consumer's deserializer of each,
/// on the thread that takes it in and before it acts on it. Thread-safe.
public final class MetadataUpdates extends BoundedBytes implements ClusterResourceListener {
  private final AtomicLong count = new AtomicLong();

  public MetadataUpdates() {
    super(GuardedConsumer.recordBytesMax());
  }

  @Override
  public void onUpdate(ClusterResource cluster) {
    count.incrementAndGet();
  }

  public long count() {
    return count.get();
  }
}
