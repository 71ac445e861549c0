package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/// The scheduler's topology without a broker, on a clock that a test sets.
final class TimerRig implements AutoCloseable {
  static final String TARGET = "pl.cities.fetch";
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

  final TimerRecords records = new TimerRecords(TopicNames.DEFAULT);
  final SchedulerCounts tally = new SchedulerCounts(0);
  final Map<String, Integer> topics = new HashMap<>(Map.of(TARGET, 1 << 20));
  private final TopologyTestDriver driver;
  private final TestInputTopic<byte[], byte[]> timers;
  private Instant now = START;

  TimerRig(Path stateDir) {
    var topology =
        new TimerTopology(
                new TimerParts(
                    TopicNames.DEFAULT,
                    topic -> topics.getOrDefault(topic, TargetTopics.MISSING),
                    () -> now,
                    Duration.ofMinutes(10),
                    Inputs.NONE,
                    tally))
            .build();
    var config = TimerConfig.of("test", Map.of("bootstrap.servers", "127.0.0.1:1"), stateDir);
    driver = new TopologyTestDriver(topology, StreamsSettings.of(config), START);
    timers =
        driver.createInputTopic("pl.timers", new ByteArraySerializer(), new ByteArraySerializer());
  }

  Instant now() {
    return now;
  }

  void schedule(String id, Duration in) {
    schedule(id, now.plus(in), id);
  }

  void schedule(String id, Instant due, String payload) {
    write(
        records.schedule(
            new Timer(id, due, TARGET, bytes("k-" + id), bytes(payload), new RecordHeaders()),
            now));
  }

  void cancel(String id) {
    write(records.cancel(id));
  }

  void write(ProducerRecord<byte[], byte[]> record) {
    timers.pipeInput(new TestRecord<>(record.key(), record.value(), record.headers(), now));
  }

  /// Lets time go by, and then the few milliseconds in which the scheduler looks again.
  void pass(Duration time) {
    step(time);
    for (var i = 0; i < 4; i++) step(Duration.ofMillis(5));
  }

  /// Lets time go by and not a moment more.
  void step(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  /// Somebody sets the clock back.
  void setBack(Duration time) {
    now = now.minus(time);
  }

  /// What has been written to the target since it was last asked for.
  List<String> fired() {
    return written(TARGET).stream().map(record -> new String(record.value(), UTF_8)).toList();
  }

  List<TestRecord<byte[], byte[]>> written(String topic) {
    if (!driver.producedTopicNames().contains(topic)) return List.of();
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  @Override
  public void close() {
    driver.close();
  }

  static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
