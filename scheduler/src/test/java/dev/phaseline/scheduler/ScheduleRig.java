package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.scheduler.policy.Plans;
import dev.phaseline.schemas.JobEnd;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/// The schedules' topology without a broker, on a clock that a test sets.
final class ScheduleRig implements AutoCloseable {
  static final String TARGET = "pl.cities.fetch";
  static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  private static final TopicNames NAMES = TopicNames.DEFAULT;

  final ScheduleCounts counts = new ScheduleCounts();
  final Map<String, Integer> topics = new HashMap<>(Map.of(TARGET, 1 << 20));
  TrackerWatch.State trackers = TrackerWatch.State.RUNS;
  private final TopologyTestDriver driver;
  private Instant now = START;

  ScheduleRig(Path stateDir) {
    var topology = new Topology();
    new ScheduleTopology(
            new ScheduleParts(
                NAMES,
                topic -> topics.getOrDefault(topic, TargetTopics.MISSING),
                () -> now,
                Inputs.NONE,
                () -> trackers,
                counts))
        .addTo(topology);
    var config = TimerConfig.of("test", Map.of("bootstrap.servers", "127.0.0.1:1"), stateDir);
    driver = new TopologyTestDriver(topology, StreamsSettings.of(config), START);
  }

  Instant now() {
    return now;
  }

  /// Makes a schedule, and gives its record for later changes.
  ScheduleRecord put(String id, String fields) {
    var record = Plans.made(fields, now);
    put(id, record);
    return record;
  }

  void put(String id, ScheduleRecord record) {
    write(NAMES.schedules(), id, record.toBytes());
  }

  void end(String job, String state) {
    var end = new JobEnd(job, "cities", state, now, now, 1, 0, 1);
    write(NAMES.jobs(), job, end.toBytes());
  }

  void write(String topic, String key, byte @Nullable [] value) {
    driver
        .createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(key.getBytes(UTF_8), value));
    pass(Duration.ofMillis(5));
  }

  /// Lets time go by, and then the few milliseconds in which the scheduler looks again.
  void pass(Duration time) {
    step(time);
    for (var i = 0; i < 4; i++) step(Duration.ofMillis(5));
  }

  private void step(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  List<TestRecord<byte[], byte[]>> read(String topic) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /// Ids of the jobs that were submitted since the last call.
  List<String> jobs() {
    return read(TARGET).stream()
        .map(job -> new String(job.headers().lastHeader("pl-job").value(), UTF_8))
        .toList();
  }

  List<ScheduleRun> runs() {
    return read(NAMES.scheduleRuns()).stream()
        .map(run -> ScheduleRun.read(new String(run.key(), UTF_8), run.value()))
        .toList();
  }

  /// The latest status that was written since the last call.
  ScheduleStatus status() {
    return ScheduleStatus.read(read(NAMES.scheduleStatus()).getLast().value());
  }

  /// Whether the latest status that was written since the last call says that a schedule is gone.
  boolean isGone() {
    return read(NAMES.scheduleStatus()).getLast().value() == null;
  }

  @Override
  public void close() {
    driver.close();
  }
}
