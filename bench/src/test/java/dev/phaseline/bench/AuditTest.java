package dev.phaseline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.bench.contender.Contenders;
import dev.phaseline.bench.contender.Course;
import dev.phaseline.bench.contender.Item;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The audit against a sink that is wrong in a known way, and every contender against the audit.
@TestInstance(Lifecycle.PER_CLASS)
class AuditTest {
  private static final Duration BRIEF = Duration.ofSeconds(3);
  private static final int PARTITIONS = 2;

  private Rig rig;

  @BeforeAll
  void startRig() {
    rig = Rig.start(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
  }

  @AfterAll
  void stopRig() {
    rig.close();
  }

  private static KafkaProducer<byte[], byte[]> writer(Course course) {
    var producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                course.bootstrap(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                course.sink()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private static void write(KafkaProducer<byte[], byte[]> producer, Course course, int... ids) {
    for (var id : ids) {
      var payload = id < 0 ? "not an item".getBytes(UTF_8) : Item.encode(id, 0, 0, 100);
      var _ = producer.send(new ProducerRecord<>(course.sink(), payload));
    }
  }

  private List<String> audit(Course course, int items) {
    try (var audit = new Audit(course.bootstrap(), course.sink(), PARTITIONS, items, 0)) {
      audit.readAll(BRIEF);
      audit.readRest();
      return audit.problems();
    }
  }

  @Test
  void everyItemOnceIsAllThatPasses() {
    var course = rig.course(1, 1, PARTITIONS);
    try (var producer = writer(course)) {
      producer.beginTransaction();
      write(producer, course, 0, 1, 2);
      producer.commitTransaction();
    }

    assertThat(audit(course, 3)).isEmpty();
  }

  @Test
  void missingDoubledAndForeignRecordsAreEachNamed() {
    var course = rig.course(1, 1, PARTITIONS);
    try (var producer = writer(course)) {
      producer.beginTransaction();
      write(producer, course, 0, 2, 2, 4, -1, 77);
      producer.commitTransaction();
    }

    assertThat(audit(course, 5))
        .containsExactly(
            "2 of 5 items are missing, first 1",
            "1 items are there more than once",
            "2 records are no items of this round");
  }

  @Test
  void whatWasRolledBackIsNotThere() {
    var course = rig.course(1, 1, PARTITIONS);
    try (var producer = writer(course)) {
      producer.beginTransaction();
      write(producer, course, 0, 1);
      producer.abortTransaction();
      producer.beginTransaction();
      write(producer, course, 1);
      producer.commitTransaction();
    }

    assertThat(audit(course, 2)).containsExactly("1 of 2 items are missing, first 0");
  }

  static List<Contenders> contenders() {
    return Contenders.onKafka();
  }

  @ParameterizedTest
  @MethodSource("contenders")
  void everyContenderBringsEveryItemThroughExactlyOnce(Contenders who) throws Exception {
    var result = new Trial(rig, who, 2, 8, PARTITIONS, Load.of(200)).run();

    assertThat(result.problems()).isEmpty();
    assertThat(result.itemsPerSecond()).isPositive();
    rig.child(who).close(); // eleven of them at once would be too many for a small machine
  }
}
