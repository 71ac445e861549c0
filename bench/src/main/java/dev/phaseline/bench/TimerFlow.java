package dev.phaseline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.bench.contender.Course;
import dev.phaseline.bench.contender.Item;
import dev.phaseline.schemas.Timer;
import dev.phaseline.schemas.TimerRecords;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Writes timers, and reads their target as everyone else does. Writer, reader and scheduler are on
/// one machine, so that lateness is one subtraction on one wall clock: timers know no other.
///
/// The reader is a thread of its own; all else is for one thread.
final class TimerFlow implements AutoCloseable {
  private static final int FAR_ID = -1;
  private static final long NOT_YET = Long.MIN_VALUE;

  private final Course course;
  private final TimerRecords records;
  private final Producer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> refused = new AtomicReference<>();
  private final Audit audit;
  private final long[] lateNanos;
  private final Thread reader;
  private int next;
  private volatile boolean stopped;
  private volatile int arrived;
  private volatile @Nullable RuntimeException failure;

  /// @param max how many timers come due at most, until the end
  TimerFlow(Course course, int partitions, int max) {
    this.course = course;
    this.records = new TimerRecords(new TopicNames(course.namespace()));
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                course.bootstrap(),
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.BATCH_SIZE_CONFIG,
                128 * 1024),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.lateNanos = new long[max];
    Arrays.fill(lateNanos, NOT_YET);
    this.audit = new Audit(course.bootstrap(), course.sink(), partitions, max, 0);
    this.reader = Thread.ofPlatform().daemon().name("target-reader").start(this::read);
  }

  /// Writes timers that none of this run will see fire, and waits until the broker has them.
  ///
  /// @param due of the first; each is due a millisecond after the one before
  void writeFar(long from, long to, Instant due) {
    for (var i = from; i < to; i++) write("far-" + i, FAR_ID, due.plusMillis(i));
    flush();
  }

  /// Writes so many timers that are due at once.
  void writeDue(int count) {
    var now = Instant.now();
    for (var i = 0; i < count; i++) write("due-" + next, next++, now);
    flush();
  }

  /// Writes timers at a steady rate, each so long before it is due, however long that takes.
  ///
  /// @return the id of the first
  int writeSteadily(int perSecond, int count, Duration ahead) throws InterruptedException {
    var first = next;
    var start = System.nanoTime();
    var firstDue = Instant.now().plus(ahead);
    for (var i = 0; i < count; i++) {
      var afterNanos = i * 1_000_000_000L / perSecond;
      var left = start + afterNanos - System.nanoTime();
      if (left > 0) Thread.sleep(Duration.ofNanos(left));
      var due = Instant.ofEpochMilli(TimerRecords.dueMs(firstDue.plusNanos(afterNanos)));
      write("due-" + next, next++, due);
    }
    flush();
    return first;
  }

  /// Waits until all that is due has arrived; gives up, and lets the audit tell, when nothing comes
  /// for that long.
  void awaitAll(Duration patience) throws InterruptedException {
    var before = -1;
    var deadline = 0L;
    while (arrived < next) {
      var failed = failure;
      if (failed != null) throw failed;
      if (arrived > before) {
        before = arrived;
        deadline = System.nanoTime() + patience.toNanos();
      } else if (System.nanoTime() > deadline) {
        return;
      }
      Thread.sleep(1);
    }
  }

  /// From when a timer was due until a reader of committed records held it, in nanoseconds, of
  /// those with ids from `from` to `to` (excluded) that arrived. Negative: it was early.
  Percentiles lateness(int from, int to) {
    return new Percentiles(
        Arrays.stream(lateNanos, from, to).filter(late -> late != NOT_YET).toArray());
  }

  /// Reads what is left, to be called when the scheduler has stopped.
  ///
  /// @return what is wrong; empty when every due timer came once, and no other
  List<String> finish() throws InterruptedException {
    stopReader();
    audit.expect(next);
    audit.readRest();
    return audit.problems();
  }

  private void write(String id, int item, Instant due) {
    var payload = Item.encode(item, nanos(due), 0, Load.BYTES_DEFAULT);
    var timer = new Timer(id, due, course.sink(), id.getBytes(UTF_8), payload, new RecordHeaders());
    var _ =
        producer.send(
            records.schedule(timer, Instant.now()),
            (_, failed) -> {
              if (failed != null) refused.compareAndSet(null, failed);
            });
  }

  private void flush() {
    producer.flush();
    var failed = refused.get();
    if (failed != null) throw new BenchException("can't write timers: " + failed, failed);
  }

  private void read() {
    try {
      while (!stopped) {
        audit.turn(
            (id, payload, _) ->
                lateNanos[(int) id] = nanos(Instant.now()) - Item.dueNanos(payload));
        arrived = audit.count();
      }
    } catch (RuntimeException failed) {
      failure = failed;
    }
  }

  private static long nanos(Instant time) {
    return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
  }

  private void stopReader() throws InterruptedException {
    stopped = true;
    reader.join(Duration.ofSeconds(10));
    var failed = failure;
    if (failed != null) throw failed;
  }

  @Override
  public void close() {
    try {
      stopReader();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      audit.close();
      producer.close();
    }
  }
}
