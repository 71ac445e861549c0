package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.metrics.KafkaMetric;
import org.apache.kafka.common.metrics.MetricsReporter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// A worker whose Kafka clients load classes of a user's that throw errors.
final class BrokenPlugInsTest extends BrokerTest {
  private final Pipeline pipeline =
      Pipeline.named("b")
          .phase("first", Codec.text(), (text, _) -> Outcome.next(text))
          .phase("last", Codec.text(), (text, _) -> Outcome.done(text))
          .result(Codec.text())
          .build();

  @Test
  void anItemWithoutAPartitionIsADeadLetterAndTheOthersGoOnBesideABrokenReporter() {
    rig.create(pipeline, 2);
    var client = new HashMap<>(rig.client());
    client.put("metric.reporters", List.of(BrokenReporter.class.getName()));
    client.put("producer.partitioner.class", Places.class.getName());
    var config = WorkerConfig.of("s1", client).withTopics(rig.topics()).withTiming(Rig.TIMING);
    for (var i = 0; i < 20; i++) {
      var key = i % 5 == 0 ? "lost" : "k" + i;
      rig.send(Rig.job(rig.topics().phase("b", "first"), "job-" + i, key, "x"));
    }
    var worker = rig.start(config, Placement.all(pipeline));

    assertThat(rig.done(pipeline).await(16)).hasSize(16);
    assertThat(rig.dead(pipeline).await(4))
        .allSatisfy(
            letter -> {
              assertThat(TopicView.kind(letter)).isEqualTo("bad_outcome");
              assertThat(TopicView.reason(letter))
                  .contains("gets no partition: " + Places.class.getName())
                  .contains("NoClassDefFoundError: com/acme/Missing");
            });
    assertThat(worker.failure()).isEmpty();
  }

  /// Has no place for a key, unless it is a dead letter's.
  public static final class Places implements Partitioner {
    @Override
    public int partition(
        String topic,
        @Nullable Object key,
        byte @Nullable [] keyBytes,
        @Nullable Object value,
        byte @Nullable [] valueBytes,
        Cluster cluster) {
      var isLost = keyBytes != null && keyBytes.length == "lost".length();
      if (isLost && !topic.endsWith(".dead")) throw new NoClassDefFoundError("com/acme/Missing");
      return 0;
    }

    @Override
    public void close() {
      throw new NoClassDefFoundError("com/acme/Missing");
    }

    @Override
    public void configure(Map<String, ?> configs) {}
  }

  /// Breaks at each metric.
  public static final class BrokenReporter implements MetricsReporter {
    @Override
    public void init(List<KafkaMetric> metrics) {}

    @Override
    public void metricChange(KafkaMetric metric) {
      throw new NoClassDefFoundError("com/acme/Missing");
    }

    @Override
    public void metricRemoval(KafkaMetric metric) {
      throw new NoClassDefFoundError("com/acme/Missing");
    }

    @Override
    public void close() {
      throw new NoClassDefFoundError("com/acme/Missing");
    }

    @Override
    public void configure(Map<String, ?> configs) {}
  }
}
