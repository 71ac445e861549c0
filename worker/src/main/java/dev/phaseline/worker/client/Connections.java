package dev.phaseline.worker.client;

import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;

/// Connection state of a client: whether it is connected to any broker. Clients do not report a
/// lost broker, they retry silently. Thread-safe.
public final class Connections {
  private final Map<MetricName, ? extends Metric> metrics;
  private volatile @Nullable Metric count;

  /// The connections of a client.
  ///
  /// @param metrics the client's
  public Connections(Map<MetricName, ? extends Metric> metrics) {
    this.metrics = metrics;
  }

  /// Whether there is none now.
  public boolean areGone() {
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
