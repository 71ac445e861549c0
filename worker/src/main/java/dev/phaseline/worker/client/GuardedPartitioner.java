package dev.phaseline.worker.client;

import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.metrics.Monitorable;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.jspecify.annotations.Nullable;

/// A guard around a user's partitioner. Kafka calls it on the lane's thread. Another partition than
/// the partitioner's own would break the order by key, so a record for which it fails is refused as
/// a broker refuses one: its item is a dead letter that names the partitioner. Made by Kafka; as
/// thread-safe as the partitioner is.
public final class GuardedPartitioner implements Partitioner, ClusterResourceListener, Monitorable {
  private static final String OTHERWISE = "the records go on";

  /// A record for which the user's partitioner gave no partition; to the producer it is a record
  /// that can't be taken.
  public static final class NoPartitionException extends InvalidRecordException {
    private static final long serialVersionUID = 1L;

    NoPartitionException(String why) {
      super(why);
    }
  }

  private @Nullable Partitioner guarded;

  /// Made by Kafka.
  public GuardedPartitioner() {}

  @Override
  public void configure(Map<String, ?> configs) {
    guarded = PlugIns.configured("partitioner.class", configs, Partitioner.class).getFirst();
  }

  private Partitioner guarded() {
    if (guarded == null) throw new IllegalStateException("not configured");
    return guarded;
  }

  @Override
  public int partition(
      String topic,
      @Nullable Object key,
      byte @Nullable [] keyBytes,
      @Nullable Object value,
      byte @Nullable [] valueBytes,
      Cluster cluster) {
    int partition;
    try {
      partition = guarded().partition(topic, key, keyBytes, value, valueBytes, cluster);
    } catch (OutOfMemoryError fatal) {
      throw fatal;
    } catch (Throwable thrown) { // whatever it is, it is the partitioner's own
      throw new NoPartitionException(PlugIns.words(guarded(), thrown));
    }
    var count = cluster.partitionCountForTopic(topic);
    if (partition >= 0 && (count == null || partition < count)) return partition;
    throw new NoPartitionException(
        guarded().getClass().getName()
            + " gave partition "
            + partition
            + ", and the topic has "
            + count);
  }

  @Override
  public void onUpdate(ClusterResource cluster) {
    PlugIns.onUpdate(java.util.List.of(guarded()), cluster);
  }

  @Override
  public void withPluginMetrics(PluginMetrics metrics) {
    if (guarded() instanceof Monitorable one) {
      PlugIns.call(one, "withPluginMetrics", OTHERWISE, to -> to.withPluginMetrics(metrics));
    }
  }

  @Override
  public void close() {
    if (guarded != null) PlugIns.call(guarded, "close", OTHERWISE, Partitioner::close);
  }
}
