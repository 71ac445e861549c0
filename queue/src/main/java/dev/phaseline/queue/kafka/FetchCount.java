package dev.phaseline.queue.kafka;

import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.Metric;
import org.jspecify.annotations.Nullable;

/// The number of fetches that a share consumer has had answered, of its metrics: its polls do not
/// tell whether a broker has been asked, or the consumer still joins. For the consumer's thread.
final class FetchCount {
  private static final String NAME = "fetch-total";
  private final KafkaShareConsumer<byte[], byte[]> consumer;
  private @Nullable Metric metric;

  FetchCount(KafkaShareConsumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  long count() {
    if (metric == null) {
      for (var one : consumer.metrics().entrySet()) {
        var name = one.getKey();
        if (name.name().equals(NAME) && name.tags().size() == 1) metric = one.getValue();
      }
    }
    return metric == null ? 0 : ((Number) metric.metricValue()).longValue();
  }
}
