package dev.phaseline.ops.transactions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.phaseline.ops.Await;
import dev.phaseline.ops.TestCluster;
import dev.phaseline.ops.console.KafkaTransactions;
import dev.phaseline.ops.transactions.OpenTransaction.Part;
import dev.phaseline.ops.transactions.OpenTransaction.State;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.AdminAnswers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("broker")
final class OpenTransactionsTest {
  private static final Duration SEARCH_MAX = Duration.ofSeconds(60);
  private static final String TOPIC = TopicNames.DEFAULT.phase("p", "fetch");
  private static final String GROUP = TopicNames.DEFAULT.group("p", "fetch");
  private static final TopicPartition AT = new TopicPartition(TOPIC, 0);

  @TempDir private Path folder;
  private TestCluster cluster;
  private OpenTransactions transactions;

  @BeforeEach
  void startBroker() {
    cluster = new TestCluster(folder.resolve("data"));
    cluster.pipeline("p");
    transactions = new OpenTransactions(cluster.admin, TopicNames.DEFAULT, SEARCH_MAX);
  }

  @AfterEach
  void stopBroker() {
    cluster.close();
  }

  private KafkaProducer<byte[], byte[]> open(String id) {
    var producer = cluster.producer(Map.of("transactional.id", id, "max.block.ms", 60_000));
    producer.initTransactions();
    producer.beginTransaction();
    write(producer);
    return producer;
  }

  private static void write(KafkaProducer<byte[], byte[]> producer) {
    try {
      producer.send(new ProducerRecord<>(TOPIC, 0, null, "x".getBytes(UTF_8))).get();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  private void moveOffset(KafkaProducer<byte[], byte[]> producer) {
    var settings = new HashMap<>(cluster.client());
    settings.put("group.id", GROUP);
    try (var nobody =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      producer.sendOffsetsToTransaction(
          Map.of(AT, new OffsetAndMetadata(0)), nobody.groupMetadata());
    }
  }

  /// Kafka's coordinators forget all they know, as after a fault: what is open stays open.
  private void forgetTransactions() {
    var topic = "__transaction_state";
    AdminAnswers.sure("delete " + topic, cluster.admin.deleteTopics(Set.of(topic)).all());
  }

  private long readable() {
    var committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
    var wanted = Map.of(AT, OffsetSpec.latest());
    return AdminAnswers.sure(
            "list offsets", cluster.admin.listOffsets(wanted, committed).partitionResult(AT))
        .offset();
  }

  @Test
  void nothingIsOpenWhereNothingHides() {
    assertThat(transactions.find().transactions()).isEmpty();
    try (var producer = open("done")) {
      producer.commitTransaction();
      Await.until("its marker is there", () -> readable() == 2);
      assertThat(transactions.find().transactions()).isEmpty();
    }
  }

  @Test
  void oneThatIsAtWorkIsOpenAndIsKept() {
    try (var producer = open("at-work")) {
      cluster.pipeline("q").submit("of another pipeline"); // hides nothing

      var found = transactions.find().transactions();

      assertThat(found).hasSize(1);
      var one = found.getFirst();
      assertThat(one.state()).isEqualTo(State.OPEN);
      assertThat(one.transactionalId()).isEqualTo("at-work");
      assertThat(one.coordinator()).isEqualTo("Ongoing");
      assertThat(one.startedAt()).isNotNull();
      assertThat(one.endsAt()).isAfter(one.startedAt());
      assertThat(one.movesOffsets()).isFalse();
      assertThat(one.parts()).containsExactly(new Part(AT, 0, 1, 0));
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> transactions.abort(one))
          .withMessageStartingWith("it is open, not hanging: its producer ends it");
      producer.commitTransaction();
    }
  }

  @Test
  void whatIsOfAnotherNamespaceIsNotShown() {
    try (var producer = open("at-work")) {
      var others = new OpenTransactions(cluster.admin, new TopicNames("others"), SEARCH_MAX);
      assertThat(others.find().transactions()).isEmpty();
      producer.abortTransaction();
    }
  }

  @Test
  void oneThatNoCoordinatorKnowsHangsUntilItIsAborted() {
    var producer = open("forgotten");
    moveOffset(producer);
    cluster.pipeline("p").submit("behind it");
    forgetTransactions();
    // The broker hears of it a moment later than the controller answers.
    Await.until(
        "it hangs", () -> transactions.find().transactions().getFirst().state() == State.HANGING);

    var found = transactions.find().transactions();

    assertThat(found).hasSize(1);
    var one = found.getFirst();
    assertThat(one.transactionalId()).isNull();
    assertThat(one.coordinator()).isNull();
    assertThat(one.keepBecause()).isEmpty();
    assertThat(readable()).isZero();

    transactions.abort(one);

    Await.until("nothing is hidden any more", () -> readable() > 1);
    assertThat(transactions.find().transactions()).isEmpty();
    producer.close(Duration.ZERO);
  }

  @Test
  void theConsoleFindsTheSameAndAbortsIt() {
    var console = new KafkaTransactions(cluster.client(), TopicNames.DEFAULT);
    var producer = open("forgotten");
    moveOffset(producer);
    forgetTransactions();
    Await.until(
        "it hangs", () -> console.find().transactions().getFirst().state() == State.HANGING);
    var found = console.find().transactions();
    assertThat(found).isEqualTo(transactions.find().transactions());

    console.abortAnyway(found.getFirst());

    Await.until("nothing hides any more", () -> console.find().transactions().isEmpty());
    producer.close(Duration.ZERO);
  }

  @Test
  void offsetsThatAGroupWaitsForAreShown() {
    var producer = open("at-work");
    moveOffset(producer);

    var one = transactions.find().transactions().getFirst();

    assertThat(one.movesOffsets()).isTrue();
    assertThat(one.parts())
        .extracting(part -> part.partition().topic())
        .containsExactly("__consumer_offsets", TOPIC);
    producer.abortTransaction();
    producer.close();
  }

  @Test
  void theGroupsPlaceIsKafkas() {
    assertThat(OpenTransactions.placeOf("pl.cities.fetch", 50))
        .isEqualTo(org.apache.kafka.common.utils.Utils.abs("pl.cities.fetch".hashCode()) % 50);
    assertThat("polygenelubricants".hashCode()).isEqualTo(Integer.MIN_VALUE);
    assertThat(OpenTransactions.placeOf("polygenelubricants", 50)).isZero();
  }

  @Test
  void whatAnAbortWouldLoseIsKept() {
    var offsets = new TopicPartition("__consumer_offsets", 3);

    assertThat(hanging("CompleteCommit", AT).keepBecause())
        .get()
        .asString()
        .contains("an abort would lose what it wrote", "transaction of pl.p.fetch.s1.0.1 there");
    assertThat(hanging("CompleteCommit", offsets, AT).keepBecause()).isEmpty();
    assertThat(hanging("CompleteAbort", AT).keepBecause()).isEmpty();
    assertThat(hanging("Empty", offsets, AT).keepBecause()).isEmpty();
    assertThat(hanging(null, offsets, AT).keepBecause()).isEmpty();
    assertThat(hanging("Empty", AT).keepBecause())
        .get()
        .asString()
        .contains("not known any more whether it was committed", "pl.p.fetch.s1.0.1 there would");
    assertThat(hanging(null, AT).keepBecause())
        .get()
        .asString()
        .contains("its producer there would");
    assertThat(hanging("Ongoing", AT).keepBecause())
        .get()
        .asString()
        .contains("at another transaction");
  }

  private static OpenTransaction hanging(@Nullable String coordinator, TopicPartition... at) {
    var parts = java.util.Arrays.stream(at).map(one -> new Part(one, 5, 2, 0)).toList();
    return new OpenTransaction(
        7,
        1,
        coordinator == null ? null : "pl.p.fetch.s1.0.1",
        State.HANGING,
        coordinator,
        null,
        null,
        Instant.EPOCH,
        List.copyOf(parts));
  }
}
