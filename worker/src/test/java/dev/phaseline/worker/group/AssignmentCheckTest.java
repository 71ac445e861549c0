package dev.phaseline.worker.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.engine.EarlierAttempts;
import dev.phaseline.core.engine.Item;
import dev.phaseline.core.engine.Ledger;
import dev.phaseline.core.engine.Source;
import dev.phaseline.worker.BrokerTest;
import dev.phaseline.worker.Rig;
import dev.phaseline.worker.Wait;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.WorkerException;
import dev.phaseline.worker.client.ClientSettings;
import dev.phaseline.worker.client.Connections;
import dev.phaseline.worker.kafka.FirstOffsets;
import dev.phaseline.worker.kafka.KafkaLog;
import dev.phaseline.worker.kafka.LaneFailures;
import dev.phaseline.worker.kafka.ProducerRing;
import dev.phaseline.worker.telemetry.LaneObserver;
import dev.phaseline.worker.telemetry.WorkerMeters;
import dev.phaseline.worker.topic.TopicGuard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.ClusterResource;
import org.apache.kafka.common.ClusterResourceListener;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a member is told of itself, and what its group knows: they differ when it was cut off.
final class AssignmentCheckTest extends BrokerTest {
  private static final int PARTITIONS = 4;
  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final Duration LONG = Duration.ofSeconds(45);

  private final Pipeline pipeline =
      Pipeline.named("a").phase("one", Codec.text(), (_, _) -> Outcome.done()).build();
  private final Network network = new Network();
  private String topic;
  private String group;
  private GroupMembers members;

  @BeforeEach
  void create() {
    topic = rig.topics().phase("a", "one");
    group = rig.topics().group("a", "one");
    members = new GroupMembers(rig.config("s1"));
    rig.create(pipeline, PARTITIONS);
  }

  /// Whoever is silent for that long is put out of the group.
  private void patience(Duration session) {
    var resource = new ConfigResource(ConfigResource.Type.GROUP, group);
    var settings =
        List.of(
            set("consumer.session.timeout.ms", (int) session.toMillis()),
            set("consumer.heartbeat.interval.ms", 100));
    Rig.answer(rig.admin().incrementalAlterConfigs(Map.of(resource, settings)).all());
  }

  private static AlterConfigOp set(String name, int value) {
    return new AlterConfigOp(
        new ConfigEntry(name, Integer.toString(value)), AlterConfigOp.OpType.SET);
  }

  @AfterEach
  void close() {
    network.goOn();
    members.close();
  }

  /// Lets a consumer's own thread, which sends its heartbeats, stand still: Kafka calls this on it
  /// after every answer to a request for metadata, and those are sent all the time.
  private static final class Network extends ByteArrayDeserializer
      implements ClusterResourceListener {
    private final Semaphore open = new Semaphore(1);
    private final AtomicInteger turns = new AtomicInteger();

    @Override
    public void onUpdate(ClusterResource cluster) {
      turns.incrementAndGet();
      open.acquireUninterruptibly();
      open.release();
    }

    void standStill() {
      open.acquireUninterruptibly();
    }

    void goOn() {
      open.drainPermits();
      open.release();
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer(String clientId) {
    return consumer(clientId, new ByteArrayDeserializer());
  }

  private KafkaConsumer<byte[], byte[]> consumer(String clientId, ByteArrayDeserializer keys) {
    var settings =
        new HashMap<>(ClientSettings.consumer(rig.config("s1"), group, clientId, PARTITIONS));
    settings.put("metadata.max.age.ms", 20);
    return new KafkaConsumer<>(settings, keys, new ByteArrayDeserializer());
  }

  private Set<TopicPartition> partitionsOf(String clientId) throws Exception {
    return member(clientId).map(member -> member.assignment().topicPartitions()).orElse(Set.of());
  }

  private Optional<MemberDescription> member(String clientId) throws Exception {
    if (rig.assignments(pipeline, "one").isEmpty()) return Optional.empty(); // perhaps no group
    return members.of(group, Duration.ofSeconds(30)).get().stream()
        .filter(member -> member.clientId().equals(clientId))
        .findFirst();
  }

  /// What a lane would hear.
  private static final class Heard implements Source.Listener {
    private final List<Integer> assigned = new ArrayList<>();

    @Override
    public void assigned(Map<Integer, Ledger.Committed> partitions) {
      assigned.addAll(partitions.keySet());
    }

    @Override
    public void revoked(Collection<Integer> partitions) {
      assigned.removeAll(partitions);
    }

    @Override
    public void lost(Collection<Integer> partitions) {
      assigned.removeAll(partitions);
    }

    @Override
    public void fetched(Item item, @Nullable EarlierAttempts earlier) {}

    @Override
    public void moved(int partition, long next) {}
  }

  private KafkaLog log(KafkaConsumer<byte[], byte[]> consumer, ProducerRing producers) {
    var check = new AssignmentCheck(WorkerConfig.Protocol.CONSUMER, members);
    var source =
        new KafkaLog.LaneSource(
            topic,
            1 << 20,
            new Connections(consumer.metrics()),
            String::valueOf,
            () -> {},
            TopicGuard.off(topic),
            () -> {});
    var log =
        new KafkaLog(
            consumer,
            producers,
            new FirstOffsets(consumer, group),
            check,
            new FencingDiagnosis("s1", "victim", members),
            source,
            new LaneObserver() {});
    consumer.subscribe(List.of(topic), log);
    return log;
  }

  @Test
  void partitionsThatAMemberWasGivenBeforeItWasCutOffAreNotBegunWithWhenTheyAreSomebodyElses()
      throws Exception {
    patience(SHORT);
    var heard = new Heard();
    var meters = new WorkerMeters(rig.config("s1"));
    try (var victim = consumer("victim", network);
        var producers = new ProducerRing(rig.config("s1"), "victim", meters.clients());
        var other = consumer("other")) {
      var log = log(victim, producers);
      awaitTurns(); // in which it learns of the topic: what it doesn't know it can't be given
      log.poll(0, heard); // it asks for a share, and does not look at what it gets
      Wait.until("it has all", () -> partitionsOf("victim").size() == PARTITIONS);
      var epoch = member("victim").flatMap(MemberDescription::memberEpoch).orElseThrow();
      Wait.until("it was told", () -> victim.groupMetadata().generationId() == epoch);
      awaitTurns(); // in which its own thread makes of that what the next poll reports
      network.standStill();
      Wait.until("it is put out", () -> partitionsOf("victim").isEmpty());
      patience(LONG); // nobody else is, however slow the machine
      other.subscribe(List.of(topic));
      awaitShare(other, "other", PARTITIONS);
      network.goOn();
      awaitShare(other, "victim", PARTITIONS / 2);
      assertThat(heard.assigned).as("before the poll that brings the old news").isEmpty();

      assertThatThrownBy(() -> awaitAssigned(log, heard))
          .isInstanceOf(OutdatedAssignmentException.class)
          .hasMessageContaining(topic)
          .hasMessageContaining("cut off meanwhile");
      assertThat(heard.assigned).isEmpty();
    } finally {
      meters.close();
    }
  }

  private static void awaitAssigned(KafkaLog log, Heard heard) {
    Wait.until(
        "it is told what it has",
        () -> {
          log.poll(0, heard);
          return !heard.assigned.isEmpty();
        });
  }

  private void awaitTurns() {
    var before = network.turns.get();
    Wait.until("its thread has gone round", () -> network.turns.get() > before + 5);
  }

  private void awaitShare(KafkaConsumer<byte[], byte[]> other, String of, int partitions) {
    Wait.until(
        of + " has " + partitions,
        () -> rig.assignments(pipeline, "one"),
        () -> {
          pollWithoutOffsets(other);
          return partitionsOf(of).size() == partitions;
        });
  }

  /// There is nothing committed in this group, which such consumers refuse to read.
  private static void pollWithoutOffsets(KafkaConsumer<byte[], byte[]> consumer) {
    try {
      consumer.poll(Duration.ofMillis(10));
    } catch (KafkaException noOffset) {
      consumer.seekToBeginning(consumer.assignment());
    }
  }

  @Test
  void whatTheGroupConfirmsIsBegunWith() {
    var heard = new Heard();
    var meters = new WorkerMeters(rig.config("s1"));
    try (var consumer = consumer("victim");
        var producers = new ProducerRing(rig.config("s1"), "victim", meters.clients())) {
      awaitAssigned(log(consumer, producers), heard);
      assertThat(new TreeSet<>(heard.assigned)).containsExactly(0, 1, 2, 3);
    } finally {
      meters.close();
    }
  }

  @Test
  void anOutdatedAssignmentIsMendedByJoiningAnew() {
    var wrapped = new KafkaException("callback", new OutdatedAssignmentException("outdated"));
    assertThat(Optional.ofNullable(LaneFailures.beyondRepair(wrapped, Map.of(), "lane"))).isEmpty();
  }

  @Test
  void aMemberThatWasOursAndLingersIsNoNamesake() {
    var namesakes = new FencingDiagnosis("s1", "lane", members);
    var fenced = new ProducerFencedException("by whom");
    try (var before = consumer("lane");
        var after = consumer("lane")) {
      join(before);
      namesakes.joined(before.groupMetadata());
      join(after);
      namesakes.check(after.groupMetadata(), fenced);
      assertThatThrownBy(
              () ->
                  new FencingDiagnosis("s1", "lane", members).check(after.groupMetadata(), fenced))
          .isInstanceOf(WorkerException.class)
          .hasMessageContaining("another worker with the server name 's1' has started");
    }
  }

  private static void join(KafkaConsumer<byte[], byte[]> consumer) {
    consumer.subscribe(List.of("nothing-of-that-name"));
    Wait.until(
        "it is a member",
        () -> {
          consumer.poll(Duration.ofMillis(10));
          return consumer.groupMetadata().generationId() > 0;
        });
  }
}
