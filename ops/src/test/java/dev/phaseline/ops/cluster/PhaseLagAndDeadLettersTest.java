package dev.phaseline.ops.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.phaseline.ops.Await;
import dev.phaseline.ops.TestCluster;
import dev.phaseline.ops.audit.DeadLetterReader;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.ClusterException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("broker")
final class PhaseLagAndDeadLettersTest {
  @TempDir private static Path folder;
  private static TestCluster cluster;

  @BeforeAll
  static void startBroker() {
    cluster = new TestCluster(folder.resolve("data"));
  }

  @AfterAll
  static void stopBroker() {
    cluster.close();
  }

  @Test
  void everythingWaitsBeforeTheFirstCommit() {
    var script = cluster.pipeline("fresh");
    for (var i = 0; i < 7; i++) script.submit("job-" + i);
    assertThat(lags("fresh")).extracting(PhaseLag::waiting).containsExactly(7L, 0L, 0L);
    assertThat(lags("fresh"))
        .extracting(PhaseLag::phase)
        .containsExactly("fetch", "check", "store");
  }

  @Test
  void committedOffsetsNoLongerWait() {
    var script = cluster.pipeline("started");
    var before = new HashMap<Integer, Long>();
    for (var i = 0; i < 10; i++) {
      before.merge(Integer.parseInt(script.submit("job-" + i).split("/", -1)[1]), 1L, Long::sum);
    }
    commit("started", before);
    assertThat(lags("started").getFirst()).isEqualTo(new PhaseLag("fetch", 0, 10, 10));
    script.submit("late");
    assertThat(lags("started").getFirst().waiting()).isEqualTo(1);
  }

  @Test
  void markersCountSoItIsAnUpperBound() {
    var script = cluster.pipeline("marked");
    try (var producer = cluster.producer(Map.of("transactional.id", "marker"))) {
      producer.initTransactions();
      producer.beginTransaction();
      script.through(producer).submit("job");
      assertThat(lags("marked").getFirst().waiting()).as("not committed yet").isZero();
      producer.commitTransaction();
    }
    Await.until("its marker is there", () -> lags("marked").getFirst().waiting() == 2);
  }

  @Test
  void missingTopicOfALagIsNamed() {
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(() -> lags("nobody"))
        .withMessageContaining("pipeline 'nobody' has no topic pl.nobody.");
  }

  @Test
  void deadLettersAreGroupedByWhatTheyDiedOf() {
    var script = cluster.pipeline("deadly");
    var item = ItemHeaders.ofJob("job");
    for (var i = 0; i < 3; i++) {
      script.dead("check", "check/0/" + i, item, "rejected", "no name\nat " + i);
    }
    script.dead("store", "store/0/0", item, "failed", "no name");
    script.write("dead", item.toKafka());

    var groups = DeadLetterReader.summary(cluster.client(), TopicNames.DEFAULT, "deadly");

    assertThat(groups)
        .extracting(g -> g.kind() + "|" + g.phase() + "|" + g.reason() + "|" + g.count())
        .containsExactly(
            "rejected|check|no name|3", "failed|store|no name|1", "unknown|unknown|unknown|1");
    assertThat(groups)
        .allSatisfy(group -> assertThat(group.last()).isAfterOrEqualTo(group.first()));
  }

  @Test
  void endlessReasonsAreCountedTogether() {
    var script = cluster.pipeline("chatty");
    var item = ItemHeaders.ofJob("job");
    for (var i = 0; i < 1_005; i++) {
      script.dead("check", "check/0/" + i, item, "failed", "row " + i);
    }
    var groups = DeadLetterReader.summary(cluster.client(), TopicNames.DEFAULT, "chatty");
    assertThat(groups).hasSize(1_001);
    assertThat(groups.getFirst().reason()).isEqualTo("(other reasons)");
    assertThat(groups.getFirst().count()).isEqualTo(5);
  }

  @Test
  void pipelineWithoutDeadLettersHasNoGroups() {
    cluster.pipeline("healthy");
    assertThat(DeadLetterReader.summary(cluster.client(), TopicNames.DEFAULT, "healthy")).isEmpty();
  }

  private static List<PhaseLag> lags(String pipeline) {
    return PhaseLag.of(cluster.admin, TopicNames.DEFAULT, pipeline, TestCluster.PHASES);
  }

  private static void commit(String pipeline, Map<Integer, Long> offsets) {
    var config = new HashMap<>(cluster.client());
    config.put("group.id", TopicNames.DEFAULT.group(pipeline, "fetch"));
    config.put("enable.auto.commit", false);
    var commits = new HashMap<TopicPartition, OffsetAndMetadata>();
    var topic = TopicNames.DEFAULT.phase(pipeline, "fetch");
    offsets.forEach(
        (partition, offset) ->
            commits.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
    try (var consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.commitSync(commits);
    }
  }
}
