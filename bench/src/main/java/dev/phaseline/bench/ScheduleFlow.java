package dev.phaseline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.phaseline.bench.contender.Course;
import dev.phaseline.schemas.JobEnd;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.schedule.CatchUp;
import dev.phaseline.schemas.schedule.JobTemplate;
import dev.phaseline.schemas.schedule.Overlap;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import dev.phaseline.schemas.schedule.ScheduleWindow;
import dev.phaseline.schemas.schedule.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Writes schedules, reads their jobs as a worker does, and tells their ends as a tracker does, at
/// once. All on one machine, so that lateness is one subtraction on one clock.
///
/// The reader is a thread of its own; all else is for one thread.
final class ScheduleFlow implements AutoCloseable {
  static final String PIPELINE = "feeds";
  static final String PHASE = "fetch";

  private final TopicNames names;
  private final Producer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Set<String> jobs = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedQueue<Arrival> arrivals = new ConcurrentLinkedQueue<>();
  private final Thread reader;
  private volatile boolean stopped;
  private volatile int twice;
  private volatile @Nullable RuntimeException failure;

  /// A job that arrived.
  ///
  /// @param nominal its instant
  /// @param lateMs from its instant until a reader of committed records held it
  record Arrival(Instant nominal, long lateMs) {}

  ScheduleFlow(Course course, int partitions) {
    names = new TopicNames(course.namespace());
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                course.bootstrap(),
                ProducerConfig.LINGER_MS_CONFIG,
                5),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                course.bootstrap(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var topic = names.phase(PIPELINE, PHASE);
    consumer.assign(
        IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(topic, i)).toList());
    reader = Thread.ofPlatform().daemon().name("job-reader").start(this::read);
  }

  /// Writes a schedule that runs at an interval, so long after its multiples.
  void put(String id, Duration every, Duration offset, long runsMax, Instant made) {
    var calendar = new Timing.Calendar(ZoneOffset.UTC, List.of());
    var spec =
        new ScheduleSpec(
            new Timing.Interval(every, offset, calendar),
            new ScheduleWindow(null, null, runsMax),
            new Overlap(Overlap.Kind.ALLOW, Overlap.MAX),
            CatchUp.DEFAULT,
            ScheduleSpec.Care.NONE,
            new JobTemplate(
                PIPELINE,
                PHASE,
                new JobTemplate.Payload.Text("{\"at\":\"${nominal}\"}"),
                null,
                JobTemplate.JobOptions.NONE));
    var change = new ScheduleRecord.Change("bench", new Author("bench", "", ""), made);
    write(names.schedules(), id, ScheduleRecord.made(1, spec, change).toBytes());
  }

  void remove(String id) {
    write(names.schedules(), id, null);
  }

  @SuppressWarnings("NullAway") // Kafka takes null for a tombstone, but its types are not marked
  private void write(String topic, String key, byte @Nullable [] value) {
    var _ = producer.send(new ProducerRecord<>(topic, key.getBytes(UTF_8), value));
  }

  void flush() {
    producer.flush();
  }

  private void read() {
    try {
      while (!stopped) {
        for (var record : consumer.poll(Duration.ofMillis(20))) arrived(record);
      }
    } catch (RuntimeException failed) {
      failure = failed;
    }
  }

  @SuppressWarnings({
    "NonAtomicVolatileUpdate",
    "NonAtomicOperationOnVolatileField"
  }) // written by this thread alone
  private void arrived(ConsumerRecord<byte[], byte[]> record) {
    var now = Instant.now();
    var header = requireNonNull(record.headers().lastHeader("pl-job"), "a job's record has its id");
    var job = new String(header.value(), UTF_8);
    var nominal = Instant.parse(job.substring(job.indexOf('@') + 1));
    if (!jobs.add(job)) twice++;
    arrivals.add(new Arrival(nominal, Duration.between(nominal, now).toMillis()));
    write(names.jobs(), job, new JobEnd(job, PIPELINE, "done", now, now, 1, 0, 1).toBytes());
  }

  /// Number of jobs that have arrived.
  int count() {
    var failed = failure;
    if (failed != null) throw failed;
    return jobs.size();
  }

  /// Number of jobs that arrived a second time.
  int twice() {
    return twice;
  }

  /// Lateness, in milliseconds, of instants from `from` to `to` (excluded).
  Percentiles lateness(Instant from, Instant to) {
    return new Percentiles(
        arrivals.stream()
            .filter(one -> !one.nominal().isBefore(from) && one.nominal().isBefore(to))
            .mapToLong(Arrival::lateMs)
            .toArray());
  }

  @Override
  public void close() {
    stopped = true;
    try {
      reader.join(Duration.ofSeconds(10));
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    consumer.close();
    producer.close();
  }
}
