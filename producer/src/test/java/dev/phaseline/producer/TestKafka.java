package dev.phaseline.producer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// What the tests do with a cluster beside submitting.
record TestKafka(Map<String, Object> client) {
  static final String TOPIC = "pl.hello.greet";

  TestKafka createTopic(int partitions, Map<String, String> settings) throws Exception {
    try (var admin = Admin.create(client)) {
      var topic = new NewTopic(TOPIC, partitions, (short) 1).configs(settings);
      admin.createTopics(List.of(topic)).all().get();
    }
    return this;
  }

  KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    var config = new HashMap<>(client);
    config.putAll(more);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /// How many records the topic has, if none is a transaction's.
  long endOffsets() {
    try (var consumer = consumer()) {
      return consumer.endOffsets(partitions(consumer)).values().stream()
          .mapToLong(Long::longValue)
          .sum();
    }
  }

  /// Everything committed in the topic, up to its end now. A commit is done a moment before readers
  /// see it, so it waits until whatever is written is decided.
  List<ConsumerRecord<byte[], byte[]>> readAll() {
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    try (var consumer = consumer()) {
      var partitions = partitions(consumer);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var deadlineNanos = System.nanoTime() + Duration.ofMinutes(2).toNanos();
      var ends = writtenEnds(partitions);
      while (!areDecided(consumer.endOffsets(partitions), ends)) {
        if (System.nanoTime() > deadlineNanos) throw new AssertionError("undecided: " + ends);
      }
      while (!partitions.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L))) {
        if (System.nanoTime() > deadlineNanos) throw new AssertionError("end not reached: " + ends);
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  private static boolean areDecided(
      Map<TopicPartition, Long> stable, Map<TopicPartition, Long> written) {
    return written.entrySet().stream()
        .allMatch(end -> stable.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  private Map<TopicPartition, Long> writtenEnds(List<TopicPartition> partitions) {
    try (var any = consumer("read_uncommitted")) {
      return any.endOffsets(partitions);
    }
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return consumer("read_committed");
  }

  private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    var config = new HashMap<>(client);
    config.put("isolation.level", isolation);
    config.put("enable.auto.commit", false);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer) {
    return consumer.partitionsFor(TOPIC).stream()
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .toList();
  }
}
