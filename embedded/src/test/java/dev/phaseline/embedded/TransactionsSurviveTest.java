package dev.phaseline.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// A stop or a kill in the midst of transactions: what was committed is there afterwards, and
/// nothing hides what comes later.
@Tag("broker")
final class TransactionsSurviveTest {
  private static final int PARTITIONS = 8;
  private static final int PRODUCERS = 6;
  private static final int ENOUGH = 200;
  private static final Duration BOUND = Duration.ofMinutes(2);
  private static final List<TopicPartition> JOBS =
      IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition("jobs", i)).toList();

  private final Set<String> committed = ConcurrentHashMap.newKeySet();

  @TempDir private Path folder;

  // What a stop must not meet takes milliseconds: one in eight met it when nothing was done about
  // it, and one kill in twenty.
  @RepeatedTest(4)
  void whatWasCommittedIsReadAfterAStop() throws Exception {
    try (var broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("data")))) {
      var writers = writing(broker.clientConfig());
      broker.stop();
      end(writers);
      broker.restart();
      verify(broker.clientConfig());
    }
  }

  @RepeatedTest(2)
  void whatWasCommittedIsReadAfterAKill() throws Exception {
    var config = EmbeddedBroker.Config.in(folder.resolve("data"));
    List<Thread> writers;
    try (var killed = BrokerProcess.start(config)) {
      writers = writing(killed.clientConfig());
      killed.kill();
    }
    end(writers);
    try (var next = BrokerProcess.start(config)) {
      verify(next.clientConfig());
    }
  }

  private List<Thread> writing(Map<String, Object> client) throws Exception {
    try (var admin = Admin.create(client)) {
      admin.createTopics(List.of(new NewTopic("jobs", PARTITIONS, (short) 1))).all().get();
    }
    var writers =
        IntStream.range(0, PRODUCERS)
            .mapToObj(i -> Thread.ofPlatform().start(() -> commitUntilStopped(client, "w" + i)))
            .toList();
    awaitCommits(writers);
    return writers;
  }

  /// They don't go on: the next transaction of the same producer would end the one before.
  private static void end(List<Thread> writers) throws InterruptedException {
    writers.forEach(Thread::interrupt);
    for (var writer : writers) assertThat(writer.join(BOUND)).isTrue();
  }

  private void verify(Map<String, Object> client) {
    for (var i = 0; i < PRODUCERS; i++) open(client, "w" + i).close(); // ends what was open
    assertThat(read(client)).containsAll(committed);
  }

  private void awaitCommits(List<Thread> writers) throws InterruptedException {
    var end = System.nanoTime() + BOUND.toNanos();
    while (committed.size() < ENOUGH) {
      assertThat(writers).allMatch(Thread::isAlive);
      assertThat(System.nanoTime() - end).as("time for so many commits").isNegative();
      Thread.sleep(5);
    }
  }

  private static KafkaProducer<String, String> open(Map<String, Object> client, String id) {
    var settings =
        Map.<String, Object>of(
            "transactional.id", id, "retry.backoff.ms", 1, "max.block.ms", 30_000);
    var producer = EmbeddedBrokerTest.producer(client, settings);
    producer.initTransactions();
    return producer;
  }

  private void commitUntilStopped(Map<String, Object> client, String id) {
    var producer = open(client, id);
    try {
      for (var n = 0; true; n++) {
        var value = id + "-" + n;
        producer.beginTransaction();
        for (var partition : JOBS) {
          var record =
              new ProducerRecord<String, String>("jobs", partition.partition(), null, value);
          var _ = producer.send(record); // if it fails, so does the commit
        }
        producer.commitTransaction();
        committed.add(value);
      }
    } catch (KafkaException stopped) {
      producer.close(Duration.ZERO); // whether the last one was committed is not known: not counted
    }
  }

  /// All values that are on every partition, when everything that was written can be read.
  private static Set<String> read(Map<String, Object> client) {
    var settings = new HashMap<>(client);
    settings.put("isolation.level", "read_committed");
    var seen = new HashMap<String, Integer>();
    try (var consumer =
            new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        var all = new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(JOBS);
      consumer.seekToBeginning(JOBS);
      var ends = all.endOffsets(JOBS);
      var end = System.nanoTime() + BOUND.toNanos();
      while (JOBS.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        assertThat(System.nanoTime() - end)
            .as("time to read all; a transaction hangs")
            .isNegative();
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          seen.merge(record.value(), 1, Integer::sum);
        }
      }
    }
    var everywhere = new HashSet<String>();
    seen.forEach((value, times) -> addIf(times == PARTITIONS, value, everywhere));
    return everywhere;
  }

  private static void addIf(boolean holds, String value, Set<String> to) {
    if (holds) to.add(value);
  }
}
