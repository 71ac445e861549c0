package dev.phaseline.worker.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsContext;
import org.apache.kafka.common.metrics.MetricsReporter;

/// A guard around a user's metrics reporters. Kafka calls them on whatever thread makes or removes
/// a metric, the lane's and the client's network thread among them. One that fails when it is given
/// the first metrics is left out; a later failure costs it that metric. Made by Kafka; as
/// thread-safe as the reporters are.
public final class GuardedReporters implements MetricsReporter, ClusterResourceListener {
  private static final String SETTING = "metric.reporters";
  private static final String OTHERWISE = "numbers are missing there, all else goes on";

  private List<MetricsReporter> guarded = List.of();

  /// Made by Kafka.
  public GuardedReporters() {}

  @Override
  public void configure(Map<String, ?> configs) {
    guarded = PlugIns.configured(SETTING, configs, MetricsReporter.class);
  }

  @Override
  public void init(List<KafkaMetric> metrics) {
    var able = new ArrayList<MetricsReporter>();
    for (var one : guarded) {
      if (PlugIns.call(one, "init", "it is left out", to -> to.init(metrics))) able.add(one);
      else PlugIns.call(one, "close", OTHERWISE, MetricsReporter::close);
    }
    guarded = List.copyOf(able);
  }

  @Override
  public void metricChange(KafkaMetric metric) {
    for (var one : guarded) {
      PlugIns.call(one, "metricChange", OTHERWISE, to -> to.metricChange(metric));
    }
  }

  @Override
  public void metricRemoval(KafkaMetric metric) {
    for (var one : guarded) {
      PlugIns.call(one, "metricRemoval", OTHERWISE, to -> to.metricRemoval(metric));
    }
  }

  @Override
  public void contextChange(MetricsContext context) {
    for (var one : guarded) {
      PlugIns.call(one, "contextChange", OTHERWISE, to -> to.contextChange(context));
    }
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    var all = new HashSet<String>();
    for (var one : guarded) {
      PlugIns.call(
          one, "reconfigurableConfigs", OTHERWISE, to -> all.addAll(to.reconfigurableConfigs()));
    }
    return all;
  }

  @Override
  public void onUpdate(ClusterResource cluster) {
    PlugIns.onUpdate(guarded, cluster);
  }

  @Override
  public void close() {
    for (var one : guarded) PlugIns.call(one, "close", OTHERWISE, MetricsReporter::close);
  }
}
