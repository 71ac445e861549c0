package dev.phaseline.worker;

import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/// Whether a client is connected to any broker: clients don't say when a broker is lost, they try
/// again in silence. Thread-safe.
final class Connections {
  private final Map<MetricName, ? extends Metric> metrics;
  private volatile @Nullable Metric count;

  /// @param metrics the client's
  Connections(Map<MetricName, ? extends Metric> metrics) {
    this.metrics = metrics;
  }

  /// Whether there is none now.
  boolean areGone() {
    var metric = count;
    if (metric == null) {
      for (var candidate : metrics.values()) {
        if (candidate.metricName().name().equals("connection-count")) metric = candidate;
      }
      count = metric;
    }
    return metric != null
        && metric.metricValue() instanceof Number connections
        && connections.intValue() == 0;
  }
}
