package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.embedded.BrokerProcess;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A broker in a process of its own, a namespace for each test, and hands that write timers and
/// read what became of them.
final class TestCluster implements AutoCloseable {
  static final int PARTITIONS = 2;

  final BrokerProcess broker;
  final Admin admin;
  final KafkaProducer<byte[], byte[]> producer;

  TestCluster(Path folder) {
    broker = BrokerProcess.start(EmbeddedBroker.Config.in(folder));
    admin = Admin.create(broker.clientConfig());
    producer =
        new KafkaProducer<>(
            broker.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// The topics of a namespace that no other test uses.
  Space space(String namespace) throws Exception {
    var names = new TopicNames(namespace);
    var space = new Space(names, new TimerRecords(names), names.phase("cities", "fetch"));
    var topics =
        List.of(
            topic(names.timers(), 1 << 20),
            topic(names.timersDead(), 2 << 20),
            topic(names.schedules(), 1 << 20),
            topic(names.scheduleStatus(), 1 << 20),
            topic(names.scheduleRuns(), 1 << 20),
            topic(names.scheduleEnds(), 1 << 20),
            topic(names.jobs(), 1 << 20),
            topic(names.phase("feeds", "fetch"), 1 << 20),
            topic(space.target(), 1 << 20));
    create(topics);
    return space;
  }

  private static NewTopic topic(String name, int bytesMax) {
    return new NewTopic(name, PARTITIONS, (short) 1)
        .configs(Map.of("max.message.bytes", Integer.toString(bytesMax)));
  }

  private void create(List<NewTopic> topics) throws Exception {
    admin.createTopics(topics).all().get();
    var ends = new HashMap<TopicPartition, OffsetSpec>();
    for (var topic : topics) {
      for (var partition : partitions(topic.name())) ends.put(partition, OffsetSpec.latest());
    }
    until(
        "topics have leaders",
        Duration.ofMinutes(2),
        () -> {
          try {
            return admin.listOffsets(ends).all().get().size() == ends.size();
          } catch (Exception notYet) {
            return false;
          }
        });
  }

  /// Waits for something that will be so, and fails when it is not within this time.
  static void until(String what, Duration atMost, BooleanSupplier condition) {
    var endNanos = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNanos)
        throw new AssertionError("not within " + atMost + ": " + what);
      try {
        Thread.sleep(20);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new AssertionError(stop);
      }
    }
  }

  private static List<TopicPartition> partitions(String topic) {
    return IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)).toList();
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    broker.close();
  }

  /// One record that came out.
  ///
  /// @param value what was in it
  /// @param timestampMs when it was written
  record Out(String value, long timestampMs) {}

  /// A namespace.
  ///
  /// @param names its topics
  /// @param records makes its timers
  /// @param target where they go
  record Space(TopicNames names, TimerRecords records, String target) {}

  /// Asks for a timer whose payload is its id and its time.
  void schedule(Space space, String id, Instant due) {
    var value = (id + "@" + due.toEpochMilli()).getBytes(UTF_8);
    var timer = new Timer(id, due, space.target(), id.getBytes(UTF_8), value, new RecordHeaders());
    var _ = producer.send(space.records().schedule(timer, Instant.now()));
  }

  void cancel(Space space, String id) {
    var _ = producer.send(space.records().cancel(id));
  }

  /// As retention does when nobody reads for too long.
  void deleteAllOf(String topic) throws Exception {
    var all = new HashMap<TopicPartition, RecordsToDelete>();
    for (var partition : partitions(topic)) all.put(partition, RecordsToDelete.beforeOffset(-1));
    admin.deleteRecords(all).all().get();
  }

  /// Reads committed records of a topic as they come.
  Reader reader(String topic) {
    return new Reader(topic);
  }

  /// Remembers everything that it read. Not thread-safe.
  final class Reader implements AutoCloseable {
    final List<Out> read = new ArrayList<>();
    final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final KafkaConsumer<byte[], byte[]> consumer;

    private Reader(String topic) {
      var config = new HashMap<>(broker.clientConfig());
      config.put("isolation.level", "read_committed");
      config.put("auto.offset.reset", "earliest");
      consumer =
          new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
      consumer.assign(partitions(topic));
    }

    /// Reads what is there.
    Reader poll() {
      for (var record : consumer.poll(Duration.ofMillis(50))) {
        records.add(record);
        var value = record.value() == null ? "" : new String(record.value(), UTF_8);
        read.add(new Out(value, record.timestamp()));
      }
      return this;
    }

    /// Reads until there are so many.
    Reader until(int count, Duration atMost) {
      TestCluster.until(
          count + " records, now " + read.size(), atMost, () -> poll().read.size() >= count);
      return this;
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
