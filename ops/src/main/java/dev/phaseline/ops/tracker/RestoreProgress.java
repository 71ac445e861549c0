package dev.phaseline.ops.tracker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;

/// Progress of restoring the stores. Thread-safe.
final class RestoreProgress implements StateRestoreListener {
  private final Map<TopicPartition, Part> parts = new ConcurrentHashMap<>();

  /// @param restored records
  /// @param total records
  private record Part(long restored, long total) {}

  @Override
  public void onRestoreStart(TopicPartition partition, String store, long from, long to) {
    parts.put(partition, new Part(0, Math.max(0, to - from)));
  }

  @Override
  public void onBatchRestored(TopicPartition partition, String store, long end, long count) {
    parts.computeIfPresent(partition, (_, part) -> new Part(part.restored() + count, part.total()));
  }

  @Override
  public void onRestoreEnd(TopicPartition partition, String store, long total) {
    parts.computeIfPresent(partition, (_, part) -> new Part(part.total(), part.total()));
  }

  @Override
  public void onRestoreSuspended(TopicPartition partition, String store, long total) {
    parts.remove(partition);
  }

  TrackerState.Restoring state() {
    var restored = 0L;
    var total = 0L;
    for (var part : parts.values()) {
      restored += part.restored();
      total += part.total();
    }
    return new TrackerState.Restoring(restored, total);
  }
}
