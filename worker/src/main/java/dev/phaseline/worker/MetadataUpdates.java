package dev.phaseline.worker;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A count of the updates of a consumer's metadata. Kafka tells a consumer's deserializer of each,
/// on the thread that takes it in and before it acts on it. Thread-safe.
final class MetadataUpdates extends ByteArrayDeserializer implements ClusterResourceListener {
  private final AtomicLong count = new AtomicLong();

  @Override
  public void onUpdate(ClusterResource cluster) {
    count.incrementAndGet();
  }

  long count() {
    return count.get();
  }
}
