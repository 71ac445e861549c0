package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.JobEnd;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A broker, a namespace for each test, and a log that writes to it. For one thread.
final class TrackerRig implements AutoCloseable, WorkSim.Log {
  static final Duration PATIENCE = Duration.ofMinutes(4);
  static final int PARTITIONS = 2;

  final EmbeddedBroker broker;
  final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  TrackerRig(Path folder) {
    broker = EmbeddedBroker.start(EmbeddedBroker.Config.in(folder));
    admin = Admin.create(broker.clientConfig());
    producer =
        new KafkaProducer<>(
            broker.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  TopicNames space(String namespace) {
    var names = new TopicNames(namespace);
    var setup = new TopicSetup(admin, names, TopicSettings.SINGLE.withPartitions(PARTITIONS));
    for (var report :
        List.of(
            setup.ensureTimers(),
            setup.ensureJobs(),
            setup.ensure(WorkSim.PIPELINE, WorkSim.PHASES))) {
      if (!report.ok()) throw new AssertionError(report);
    }
    return names;
  }

  Set<String> topics() {
    try {
      return admin.listTopics().names().get();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  TrackerConfig config(String name, TopicNames names, Path folder) {
    return TrackerConfig.of(name, broker.clientConfig(), folder).withNames(names);
  }

  @Override
  public String write(String topic, String key, boolean hasValue, Headers headers, long atMs) {
    var record =
        new ProducerRecord<>(
            topic, null, atMs, key.getBytes(UTF_8), hasValue ? new byte[] {1} : null, headers);
    try {
      var at = producer.send(record).get();
      return at.partition() + "/" + at.offset();
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  /// All ends of jobs that are committed now. A commit is done a moment before readers see it, so
  /// it waits until whatever is written now is decided; what comes later may be among them or not.
  List<JobEnd> ends(TopicNames names) {
    var ends = new ArrayList<JobEnd>();
    try (var any = consumer("read_uncommitted");
        var consumer = consumer("read_committed")) {
      var partitions = new ArrayList<TopicPartition>();
      for (var i = 0; i < PARTITIONS; i++) partitions.add(new TopicPartition(names.jobs(), i));
      var last = any.endOffsets(partitions);
      until(
          PATIENCE,
          () ->
              assertThat(consumer.endOffsets(partitions))
                  .allSatisfy(
                      (at, end) ->
                          assertThat(end).isGreaterThanOrEqualTo(last.getOrDefault(at, 0L))));
      consumer.assign(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < last.getOrDefault(p, 0L))) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
          ends.add(JobEnd.read(record.value()));
        }
      }
    }
    return ends;
  }

  private KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    var config = new HashMap<>(broker.clientConfig());
    config.put("isolation.level", isolation);
    config.put("auto.offset.reset", "earliest");
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /// Waits until something holds; fails with what it said last.
  static void until(Duration atMost, Runnable check) {
    var endNanos = System.nanoTime() + atMost.toNanos();
    while (true) {
      try {
        check.run();
        return;
      } catch (AssertionError | StatusException notYet) {
        if (System.nanoTime() > endNanos) throw notYet;
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new AssertionError(stop);
      }
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    broker.close();
  }
}
