package dev.phaseline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.bench.contender.Controlled;
import dev.phaseline.bench.contender.Course;
import dev.phaseline.bench.contender.Item;
import dev.phaseline.schemas.HeaderNames;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A load that never runs dry and never piles up: so many items are always waiting. Beside it, jobs
/// that are there to be cancelled. Reads how all of them ended, and says whether that was right.
///
/// Feeder and reader are threads of their own; all else is for one thread.
final class CommandFlow implements AutoCloseable {
  private static final int BATCH = 50;
  private static final Duration TURN = Duration.ofMillis(50);
  private static final int BYTES = 200;
  private static final int JOB_WAIT_MS = 120_000;

  private final Course course;
  private final Load load;
  private final int partitions;
  private final int waiting;
  private final Producer<byte[], byte[]> producer;
  private final Consumer<byte[], byte[]> consumer;
  private final Thread feeder;
  private final Thread reader;
  private final BitSet done = new BitSet();
  private final Map<String, Integer> cancelled = new TreeMap<>();
  private final Set<String> toCancel = new TreeSet<>();
  private long twice;
  private long foreign;
  private volatile int sent;
  private volatile int ended;
  private volatile int cancelledCount;
  private volatile boolean enough;
  private volatile boolean stopped;
  private volatile @Nullable RuntimeException failure;

  /// @param waiting how many items are always there
  CommandFlow(Course course, int partitions, int waitMs, int waiting) {
    this.course = course;
    this.partitions = partitions;
    this.waiting = waiting;
    this.load = Load.of(Integer.MAX_VALUE).withWaitMs(waitMs);
    this.producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, course.bootstrap()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                course.bootstrap(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var all =
        IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(course.sink(), p)).toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
    this.reader = Thread.ofPlatform().daemon().name("end-reader").start(this::read);
    this.feeder = Thread.ofPlatform().daemon().name("feeder").start(this::feed);
  }

  /// The item of a job that runs: one for each partition, from 0.
  static long running(int round, int partition) {
    return Controlled.JOBS_FROM + round * 1_000L + partition;
  }

  /// The item of a job that waits for the one that runs, because it has its key.
  static long queued(int round, int partition) {
    return running(round, partition) + 500;
  }

  /// A job's id.
  static String job(int round) {
    return "job-to-cancel-" + round;
  }

  /// Submits a job with two items of one key in each partition, and waits until the broker has it:
  /// the first of them runs until it is told, the second can't begin before.
  void submitJob(int round) {
    for (var partition = 0; partition < partitions; partition++) {
      for (var id : List.of(running(round, partition), queued(round, partition))) {
        var headers = new RecordHeaders();
        headers.add(HeaderNames.JOB, job(round).getBytes(UTF_8));
        headers.add(HeaderNames.ITEM, ("/" + (id % 1_000)).getBytes(UTF_8));
        toCancel.add(job(round) + "/" + id % 1_000);
        send(
            new ProducerRecord<>(
                course.input(),
                partition,
                ("job-key-" + round + "-" + partition).getBytes(UTF_8),
                Item.encode(id, 0, JOB_WAIT_MS, BYTES),
                headers));
      }
    }
    producer.flush();
    checkFailure();
  }

  /// The number of items that have ended well.
  int ended() {
    checkFailure();
    return ended;
  }

  /// Sends no more, and waits until everything has ended; gives up, and lets the audit tell, when
  /// nothing does for as long as `patience`.
  void drain(Duration patience) throws InterruptedException {
    enough = true;
    feeder.join();
    producer.flush();
    var before = -1;
    var deadline = 0L;
    while (ended < sent || cancelledCount < toCancel.size()) {
      checkFailure();
      var now = ended + cancelledCount;
      if (now > before) {
        before = now;
        deadline = System.nanoTime() + patience.toNanos();
      } else if (System.nanoTime() > deadline) {
        return;
      }
      Thread.sleep(5);
    }
  }

  /// Reads what is left, to be called when the workers have stopped.
  ///
  /// @return what is wrong; empty when every item ended once, and as it had to
  List<String> finish() throws InterruptedException {
    stopReader();
    readRest();
    var out = new ArrayList<String>();
    var missing = sent - done.cardinality();
    if (missing > 0) out.add(missing + " of " + sent + " items are lost, first " + lost());
    if (twice > 0) out.add(twice + " items have ended more than once");
    if (foreign > 0) out.add(foreign + " records are no items of this run");
    for (var item : toCancel) {
      var times = cancelled.getOrDefault(item, 0);
      if (times != 1) out.add(item + " has ended as cancelled " + times + " times");
    }
    for (var item : cancelled.keySet()) {
      if (!toCancel.contains(item)) out.add(item + " has ended as cancelled and should not");
    }
    return out;
  }

  private int lost() {
    return done.nextClearBit(0);
  }

  private void feed() {
    try {
      while (!enough) {
        if (sent - ended >= waiting) {
          Thread.sleep(2);
          continue;
        }
        for (var i = 0; i < BATCH; i++) {
          long id = sent;
          send(
              new ProducerRecord<>(
                  course.input(),
                  null,
                  load.key(id).getBytes(UTF_8),
                  Item.encode(id, 0, load.waitMs(id), BYTES),
                  List.of()));
          sent = (int) id + 1;
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException failed) {
      failure = failed;
    }
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    var _ =
        producer.send(
            record,
            (_, refused) -> {
              if (refused != null) {
                failure = new BenchException("can't write the input: " + refused, refused);
              }
            });
  }

  private void read() {
    try {
      while (!stopped) turn();
    } catch (RuntimeException failed) {
      failure = failed;
    }
  }

  private void turn() {
    for (var record : consumer.poll(TURN)) ended(record);
    ended = done.cardinality();
    cancelledCount = cancelled.values().stream().mapToInt(times -> times).sum();
  }

  private void ended(ConsumerRecord<byte[], byte[]> record) {
    if (HeaderNames.ENDED_CANCELLED.equals(header(record, HeaderNames.ENDED))) {
      var item = header(record, HeaderNames.JOB) + header(record, HeaderNames.ITEM);
      cancelled.merge(item, 1, Integer::sum);
      return;
    }
    var payload = record.value();
    var id = payload == null || payload.length < Item.BYTES_MIN ? -1 : Item.id(payload);
    if (id < 0 || id >= sent) {
      foreign++;
    } else if (done.get((int) id)) {
      twice++;
    } else {
      done.set((int) id);
    }
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    var found = record.headers().lastHeader(name);
    return found == null ? "" : new String(found.value(), UTF_8);
  }

  private void readRest() {
    var targets = new HashMap<>(consumer.endOffsets(consumer.assignment()));
    var deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (targets.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (System.nanoTime() > deadline) {
        throw new BenchException("the sink can't be read to its end within 30 s");
      }
      turn();
    }
  }

  private void stopReader() throws InterruptedException {
    stopped = true;
    reader.join(Duration.ofSeconds(10));
    checkFailure();
  }

  private void checkFailure() {
    var failed = failure;
    if (failed != null) throw failed;
  }

  @Override
  public void close() {
    enough = true;
    stopped = true;
    try {
      feeder.join(Duration.ofSeconds(10));
      reader.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      producer.close(Duration.ofSeconds(10));
      consumer.close();
    }
  }
}
