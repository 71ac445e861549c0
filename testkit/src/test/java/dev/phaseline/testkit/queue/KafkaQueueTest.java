package dev.phaseline.testkit.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.DeadKind;
import dev.phaseline.queue.DeadCause;
import dev.phaseline.queue.DeadItem;
import dev.phaseline.queue.NewItem;
import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.Queues;
import dev.phaseline.queue.StoredItem;
import dev.phaseline.queue.kafka.KafkaQueues;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.QueueTopics;
import dev.phaseline.topics.TopicSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// The contract on Kafka's share groups.
@Tag("broker")
@Execution(ExecutionMode.CONCURRENT) // they wait for leases, most of their time
final class KafkaQueueTest extends QueueContract {
  @TempDir private static Path folder;
  private static QueueBroker broker;

  @BeforeAll
  static void startBroker() throws Exception {
    broker = QueueBroker.start(folder);
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Override
  protected Queues connect() {
    return KafkaQueues.connect(broker.clientConfig());
  }

  @Override
  protected boolean clockGoesOn() {
    return true;
  }

  @Override
  protected Duration lease() {
    return Duration.ofSeconds(2);
  }

  @Override
  protected void pass(Duration time) throws InterruptedException {
    Thread.sleep(time.plusMillis(20)); // it is the brokers' clock that has to go on
  }

  @Override
  protected Duration patience() {
    return Duration.ofSeconds(20);
  }

  @Override
  protected Duration quiet() {
    return Duration.ofMillis(300);
  }

  /// Items come in order while no one is released; but the broker says of the first open item that
  /// it is one that has just ended, until the next acknowledgement.
  @Override
  protected boolean keepsOrder() {
    return false;
  }

  /// The claims of other objects can't be ended: what they delete afterwards is gone already.
  @Override
  @Test
  void purgeEmptiesTheQueueAndEndsItsClaims() throws Exception {
    for (var i = 0; i < 3; i++) queue.createItem("a");
    var item = claimed(queue);
    assertThat(queue.purge()).isEqualTo(3);
    lost(() -> queue.delete(item));
    pass(lease());
    nothingIn(queue);
    assertThat(queue.count().total()).isZero();
    queue.createItem("b");
    assertThat(claimed(queue).data()).isEqualTo("b");
  }

  /// Waiting claims on few members: with one for each, every new record would wake all of them.
  @Test
  void claimsThatWaitShareConsumers() throws Exception {
    var count = 64;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var admin = Admin.create(broker.clientConfig())) {
      var topics = new QueueTopics(admin, TopicNames.DEFAULT, TopicSettings.SINGLE);
      Callable<List<QueueItem<String>>> claim =
          () -> queue.claim(1, Duration.ofMinutes(5), Duration.ofMinutes(1));
      var claims = Stream.generate(() -> claim).limit(count).map(threads::submit).toList();
      queue.createItems(Collections.nCopies(count, NewItem.of("a")));
      for (var one : claims) assertThat(one.get(2, TimeUnit.MINUTES)).hasSize(1);
      var consumers = topics.consumers(List.of(queue.name())).getOrDefault(queue.name(), List.of());
      assertThat(consumers).as("consumers of %s claims", count).hasSizeBetween(1, count / 2);
    }
  }

  @Override
  protected List<DeadItem> dead(String queueName) {
    var config = new HashMap<>(broker.clientConfig());
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    var bytes = new ByteArrayDeserializer();
    var letters = new ArrayList<DeadItem>();
    try (var consumer = new KafkaConsumer<>(config, bytes, bytes)) {
      var topic = TopicNames.DEFAULT.queues().dead(queueName);
      var partitions =
          consumer.partitionsFor(topic).stream()
              .map(one -> new TopicPartition(topic, one.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (var record : consumer.poll(Duration.ofMillis(50))) {
          letters.add(letter(queueName, record));
        }
      }
    }
    return letters;
  }

  private static DeadItem letter(String queueName, ConsumerRecord<byte[], byte[]> record) {
    var headers = new HashMap<String, String>();
    for (var header : record.headers())
      headers.put(header.key(), new String(header.value(), UTF_8));
    var kind = DeadKind.valueOf(required(headers, HeaderNames.KIND).toUpperCase(Locale.ROOT));
    var cause = new DeadCause(kind, required(headers, HeaderNames.REASON), null);
    var deliveries = Integer.parseInt(required(headers, HeaderNames.ATTEMPT));
    var created = Instant.parse(required(headers, HeaderNames.SUBMITTED));
    var id = required(headers, HeaderNames.JOB);
    headers.keySet().removeIf(name -> name.startsWith("pl-"));
    var item = new StoredItem(id, headers, record.value());
    return new DeadItem(queueName, item, created, deliveries, cause);
  }

  private static String required(Map<String, String> headers, String name) {
    return Objects.requireNonNull(headers.get(name), name);
  }
}
