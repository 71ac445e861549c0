package dev.phaseline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("broker")
final class EmbeddedBrokerTest {
  private static final TopicPartition JOBS = new TopicPartition("jobs", 0);

  @TempDir private Path folder;

  @Test
  void servesTransactionsAndGroupsOfTheNewProtocol() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("data")))) {
      createTopic(broker.clientConfig());
      sendInTransaction(broker.clientConfig(), "kept", true);
      sendInTransaction(broker.clientConfig(), "dropped", false);
      sendInTransaction(broker.clientConfig(), "kept too", true);

      assertThat(readAsGroup(broker.clientConfig(), 2)).containsExactly("kept", "kept too");
      assertThat(features(broker.clientConfig())).containsEntry("transaction.version", (short) 2);
    }
  }

  @Test
  void goesOnWithItsDataAfterAStopAndStartOnAnotherPort() throws Exception {
    var config = EmbeddedBroker.Config.in(folder.resolve("data"));
    int firstPort;
    try (var broker = EmbeddedBroker.start(config)) {
      firstPort = broker.port();
      createTopic(broker.clientConfig());
      sendInTransaction(broker.clientConfig(), "from the first run", true);
    }
    // Held, so that the second run must take another port.
    try (var held = BrokerPorts.bind("127.0.0.1", firstPort);
        var broker = EmbeddedBroker.start(config)) {
      assertThat(broker.port()).isNotEqualTo(held.port());
      assertThat(readAsGroup(broker.clientConfig(), 1)).containsExactly("from the first run");
    }
  }

  @Test
  void takesThePortOfItsLastRunWhenAnyWillDo() throws Exception {
    var config = EmbeddedBroker.Config.in(folder.resolve("data"));
    int firstPort;
    try (var broker = EmbeddedBroker.start(config)) {
      firstPort = broker.port();
    }
    try (var broker = EmbeddedBroker.start(config)) {
      assertThat(broker.port()).isEqualTo(firstPort);
    }
    Files.writeString(folder.resolve("data").resolve(LastPort.FILE), "no port");
    EmbeddedBroker.start(config).close();
  }

  @Test
  void clientsGoOnAfterARestartOnTheSamePort() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("data")))) {
      createTopic(broker.clientConfig());
      try (var producer = producer(broker.clientConfig(), Map.of())) {
        producer.send(new ProducerRecord<>("jobs", "before")).get();
        broker.stop();
        assertThat(broker.isRunning()).isFalse();
        // Beside this thread: a client that saw the leader go asks for it before it sends.
        var during = CompletableFuture.supplyAsync(() -> sent(producer, "during"));
        broker.restart();
        assertThat(broker.isRunning()).isTrue();
        assertThat(during.get(150, TimeUnit.SECONDS).offset()).isEqualTo(1);
      }
      assertThat(readAsGroup(broker.clientConfig(), 2)).containsExactly("before", "during");
    }
  }

  @Test
  void anotherBrokerCanTakeThePortOfAStoppedOne() {
    var first = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("data")));
    first.stop();
    var again = EmbeddedBroker.Config.in(folder.resolve("data")).withPort(first.port());
    try (var second = EmbeddedBroker.start(again)) {
      assertThat(second.port()).isEqualTo(first.port());
    }
  }

  @Test
  void closesAnyNumberOfTimes() {
    var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("data")));
    broker.close();
    broker.close();
    assertThat(broker.isRunning()).isFalse();
    assertThat(broker.failure()).isEmpty();
  }

  @Test
  void twoBrokersLiveInOneProcess() throws Exception {
    try (var one = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("one")));
        var two = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("two")))) {
      createTopic(one.clientConfig());
      try (var admin = Admin.create(two.clientConfig())) {
        assertThat(admin.listTopics().names().get()).isEmpty();
      }
    }
  }

  @Test
  void callersPropertiesWinOverTheDefaults() throws Exception {
    var config =
        EmbeddedBroker.Config.in(folder.resolve("data"))
            .withProperties(Map.of("auto.create.topics.enable", "true", "num.partitions", "3"));
    try (var broker = EmbeddedBroker.start(config);
        var producer = producer(broker.clientConfig(), Map.of())) {
      producer.send(new ProducerRecord<>("made-on-the-fly", "x")).get(120, TimeUnit.SECONDS);
      assertThat(producer.partitionsFor("made-on-the-fly")).hasSize(3);
    }
  }

  @Test
  void fatalFaultEndsTheBrokerAndNotTheProcess() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("data")))) {
      org.apache.kafka.common.utils.Exit.halt(1, "the disk is gone");

      assertThat(broker.failure())
          .get()
          .extracting(Throwable::getMessage)
          .asString()
          .contains("the disk is gone");
      assertThat(broker.isRunning()).isFalse();
      broker.restart();
      assertThat(broker.isRunning()).isTrue();
      createTopic(broker.clientConfig());
    }
  }

  private static RecordMetadata sent(KafkaProducer<String, String> producer, String value) {
    try {
      return producer.send(new ProducerRecord<>("jobs", value)).get();
    } catch (InterruptedException | ExecutionException failed) {
      throw new AssertionError("the record was not taken", failed);
    }
  }

  static void createTopic(Map<String, Object> client) throws Exception {
    try (var admin = Admin.create(client)) {
      admin.createTopics(List.of(new NewTopic("jobs", 1, (short) 1))).all().get();
    }
  }

  static KafkaProducer<String, String> producer(
      Map<String, Object> client, Map<String, Object> more) {
    var config = new HashMap<>(client);
    config.putAll(more);
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }

  static void sendInTransaction(Map<String, Object> client, String value, boolean commit)
      throws Exception {
    try (var producer = producer(client, Map.of("transactional.id", "test"))) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("jobs", value)).get();
      if (commit) producer.commitTransaction();
      else producer.abortTransaction();
    }
  }

  static List<String> readAsGroup(Map<String, Object> client, int count) {
    var config = new HashMap<>(client);
    config.put("group.id", "readers");
    config.put("group.protocol", "consumer");
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", false);
    var values = new ArrayList<String>();
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of("jobs"));
      var endNanos = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      while (values.size() < count && System.nanoTime() < endNanos) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
      consumer.commitSync(Map.of(JOBS, new OffsetAndMetadata(0)));
    }
    return values;
  }

  private static Map<String, Short> features(Map<String, Object> client) throws Exception {
    try (var admin = Admin.create(client)) {
      var found = new HashMap<String, Short>();
      admin
          .describeFeatures()
          .featureMetadata()
          .get()
          .finalizedFeatures()
          .forEach((name, range) -> found.put(name, range.maxVersionLevel()));
      return found;
    }
  }
}
