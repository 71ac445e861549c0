package dev.phaseline.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("broker")
final class TopicSetupTest {
  private static final List<String> PHASES = List.of("fetch", "check", "store");
  private static final TopicSettings WANTED = TopicSettings.SINGLE.withPartitions(3);

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;
  private static Admin admin;

  @BeforeAll
  static void startBroker() {
    broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("data")));
    admin = Admin.create(broker.clientConfig());
  }

  @AfterAll
  static void stopBroker() {
    admin.close();
    broker.close();
  }

  @Test
  void createsOnceAndThenFindsEverythingInOrder() {
    var first = setup(WANTED).ensure("whole", PHASES).orThrow();
    assertThat(first.ok()).isTrue();
    assertThat(first.created())
        .containsExactly(
            "pl.whole.fetch",
            "pl.whole.check",
            "pl.whole.store",
            "pl.whole.done",
            "pl.whole.dead",
            "pl.whole.dead-actions");

    var second = setup(WANTED).ensure("whole", PHASES);
    assertThat(second.ok()).as("%s", second).isTrue();
    assertThat(second.created()).isEmpty();
    assertThat(second.present()).containsExactlyElementsOf(first.created());
    assertThat(setup(WANTED).verify("whole", PHASES).ok()).isTrue();
  }

  @Test
  void timersHaveTopicsOfTheirOwnThatTakeWhatPhasesTake() throws Exception {
    var setup = new TopicSetup(admin, new TopicNames("late"), WANTED);
    assertThat(setup.verifyTimers().problems()).hasSize(6);
    assertThat(setup.ensureTimers().created())
        .containsExactly(
            "late.timers",
            "late.timers.dead",
            "late.schedules",
            "late.schedule-status",
            "late.schedule-runs",
            "late.schedule-ends");
    assertThat(setup.ensureTimers().created()).isEmpty();
    assertThat(setup.verifyTimers().ok()).isTrue();

    var timers = settings("late.timers");
    var dead = settings("late.timers.dead");
    assertThat(Integer.parseInt(timers.get("max.message.bytes").value()))
        .isGreaterThan(WANTED.maxMessageBytes())
        .isLessThan(Integer.parseInt(dead.get("max.message.bytes").value()));
    assertThat(dead.get("retention.ms").value()).isEqualTo("-1");
  }

  @Test
  void theEndsOfJobsHaveATopicOfTheirOwn() {
    var setup = new TopicSetup(admin, new TopicNames("ends"), WANTED);
    assertThat(setup.verifyJobs().problems()).hasSize(1);
    assertThat(setup.ensureJobs().created()).containsExactly("ends.jobs");
    assertThat(setup.verifyJobs().ok()).isTrue();
  }

  @Test
  void thePositionsOfOutboxesHaveACompactedTopic() throws Exception {
    var setup = new TopicSetup(admin, new TopicNames("outboxes"), WANTED);
    assertThat(setup.verifyOutboxes().problems()).hasSize(1);
    assertThat(setup.ensureOutboxes().created()).containsExactly("outboxes.outbox");
    assertThat(setup.verifyOutboxes().ok()).isTrue();
    assertThat(settings("outboxes.outbox").get("cleanup.policy").value()).isEqualTo("compact");
  }

  private static Config settings(String topic) throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var all = admin.describeConfigs(List.of(resource)).all().get();
    return java.util.Objects.requireNonNull(all.get(resource));
  }

  @Test
  void newTopicsCanBeWrittenAtOnceByAnyIdempotentProducer() throws Exception {
    for (var round = 0; round < 5; round++) {
      setup(WANTED.withPartitions(8)).ensure("hasty-" + round, PHASES);
      var failures = new java.util.concurrent.ConcurrentLinkedQueue<Exception>();
      // Five requests at once, each small: what is refused first is overtaken.
      var client = Map.<String, Object>of("linger.ms", "0", "batch.size", "300");
      try (var producer = producer(client)) {
        for (var i = 0; i < 2_000; i++) {
          var record =
              new org.apache.kafka.clients.producer.ProducerRecord<byte[], byte[]>(
                  "pl.hasty-" + round + ".fetch", i % 8, null, new byte[] {(byte) i});
          var _ =
              producer.send(
                  record,
                  (at, failed) -> {
                    if (failed != null) failures.add(failed);
                  });
        }
      }
      assertThat(failures).isEmpty();
      assertThat(ends("pl.hasty-" + round + ".fetch", 8)).hasSize(8).containsOnly(250L);
    }
  }

  @Test
  void verifyingCreatesNothing() throws Exception {
    var report = setup(WANTED).verify("absent", PHASES);
    assertThat(report.problems()).hasSize(6);
    assertThat(report.problems().getFirst().message())
        .isEqualTo("topic pl.absent.fetch is missing; create it with `phaseline topics create`");
    assertThat(admin.listTopics().names().get()).doesNotContain("pl.absent.fetch");
  }

  @Test
  void wrongPartitionCountIsSaidExactly() {
    setup(WANTED).ensure("narrow", PHASES);
    var report = setup(WANTED.withPartitions(8)).ensure("narrow", PHASES);
    assertThat(report.problems()).as("letters may have any number").hasSize(4);
    assertThat(report.problems().getFirst().message())
        .startsWith("topic pl.narrow.fetch has 3 partitions, 8 are wanted");
    assertThatExceptionOfType(ClusterException.class)
        .isThrownBy(report::orThrow)
        .withMessageContainingAll("pl.narrow.fetch has 3", "pl.narrow.done has 3");
  }

  @Test
  void numberThatIsThereIsTakenWhereNoneIsAskedFor() throws Exception {
    create(new NewTopic("pl.adopted.fetch", 5, (short) 1));
    var adopting = setup(WANTED.withPartitions(8)).adopting();
    assertThat(adopting.ensure("adopted", PHASES).problems()).isEmpty();
    assertThat(adopting.verify("adopted", PHASES).problems()).isEmpty();
    var described =
        admin
            .describeTopics(
                List.of("pl.adopted.done", "pl.adopted.dead", "pl.adopted.dead-actions"))
            .allTopicNames()
            .get();
    var partitions = new java.util.TreeMap<String, Integer>();
    described.forEach((topic, is) -> partitions.put(topic, is.partitions().size()));
    assertThat(partitions)
        .containsEntry("pl.adopted.done", 5)
        .containsEntry("pl.adopted.dead", 5)
        .containsEntry("pl.adopted.dead-actions", 1);

    create(new NewTopic("pl.torn.dead-actions", 2, (short) 1));
    assertThat(adopting.ensure("torn", PHASES).problems())
        .singleElement()
        .satisfies(wrong -> assertThat(wrong.message()).contains("has 2 partitions, 1 are wanted"));
  }

  @Test
  void compactedTopicWouldLoseJobs() throws Exception {
    var topic = new NewTopic("pl.squeezed.fetch", 3, (short) 1);
    create(topic.configs(Map.of("cleanup.policy", "compact")));
    var report = setup(WANTED).ensure("squeezed", PHASES);
    assertThat(report.created()).hasSize(5);
    assertThat(report.problems()).hasSize(1);
    assertThat(report.problems().getFirst().message())
        .contains("topic pl.squeezed.fetch has cleanup.policy=compact")
        .contains("delete is wanted");
  }

  @Test
  void everythingThatIsWrongWithATopicIsSaidAtOnce() throws Exception {
    create(
        new NewTopic("pl.poor.dead", 2, (short) 1)
            .configs(Map.of("retention.ms", "60000", "max.message.bytes", "2000")));
    var report = setup(WANTED).ensure("poor", PHASES);
    assertThat(report.problems()).hasSize(1);
    assertThat(report.problems().getFirst().message())
        .doesNotContain("partitions")
        .contains("retention.ms=60000, at least -1 (for ever) is wanted")
        .contains("max.message.bytes=2000");
  }

  @Test
  void replicationThatIsThereIsCompared() {
    setup(WANTED).ensure("alone", PHASES);
    var report = setup(WANTED.withReplication(3, 2)).verify("alone", PHASES);
    assertThat(report.problems().getFirst().message())
        .contains("has 1 copies, 3 are wanted")
        .contains("min.insync.replicas=1, at least 2 is wanted");
  }

  @Test
  void replicationThatCanNotBeHadIsAProblem() {
    var report = setup(WANTED.withReplication(3, 2)).ensure("triple", PHASES);
    assertThat(report.created()).isEmpty();
    assertThat(report.problems()).hasSize(6);
    assertThat(report.problems().getFirst().message())
        .contains("pl.triple.fetch could not be created");
  }

  @Test
  void manyAtOnceCreateEachTopicOnce() {
    var reports =
        List.of(1, 2, 3, 4).stream()
            .map(i -> CompletableFuture.supplyAsync(() -> setup(WANTED).ensure("raced", PHASES)))
            .toList();
    var all = reports.stream().map(CompletableFuture::join).toList();
    assertThat(all).allSatisfy(report -> assertThat(report.problems()).isEmpty());
    assertThat(all.stream().flatMap(report -> report.created().stream()))
        .hasSize(6)
        .doesNotHaveDuplicates();
  }

  @Test
  void invalidNamesAndSettingsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> setup(WANTED).ensure("Hello", PHASES))
        .withMessageContaining("'Hello'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> setup(WANTED).ensure("hello", List.of()))
        .withMessageContaining("has no phase");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> setup(WANTED).ensure("hello", List.of("dead")))
        .withMessageContaining("'dead'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WANTED.withPartitions(0))
        .withMessageContaining("partitions < 1: 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WANTED.withReplication(1, 2))
        .withMessageContaining("minInsync");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WANTED.withRetention(Duration.ZERO))
        .withMessageContaining("retention");
  }

  @Test
  void clusterThatIsNotThereIsNamedAsTheReason() {
    var nowhere =
        Map.<String, Object>of(
            "bootstrap.servers",
            "127.0.0.1:1",
            "default.api.timeout.ms",
            "500",
            "request.timeout.ms",
            "400");
    try (var admin = Admin.create(nowhere)) {
      var setup = new TopicSetup(admin, TopicNames.DEFAULT, WANTED);
      assertThatExceptionOfType(ClusterException.class)
          .isThrownBy(() -> setup.ensure("hello", PHASES))
          .withMessageContaining("did not answer")
          .withMessageContaining("bootstrap.servers");
    }
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    var config = new HashMap<>(broker.clientConfig());
    config.putAll(more);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static List<Long> ends(String topic, int partitions) throws Exception {
    var wanted = new HashMap<TopicPartition, OffsetSpec>();
    for (var i = 0; i < partitions; i++) {
      wanted.put(new TopicPartition(topic, i), OffsetSpec.latest());
    }
    return admin.listOffsets(wanted).all().get().values().stream()
        .map(ListOffsetsResult.ListOffsetsResultInfo::offset)
        .toList();
  }

  private static void create(NewTopic topic) throws Exception {
    admin.createTopics(List.of(topic)).all().get();
  }

  private static TopicSetup setup(TopicSettings settings) {
    return new TopicSetup(admin, TopicNames.DEFAULT, settings);
  }
}
