package dev.phaseline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.bench.contender.Course;
import dev.phaseline.bench.contender.Item;
import dev.phaseline.schemas.HeaderNames;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.LongUnaryOperator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Writes the input. Everyone gets the same records, except that ours have the job id in a header,
/// as a job that was submitted has it: the peers are spared what they have no use for.
final class Feeder implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final boolean jobHeader;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  private Feeder(Course course, boolean jobHeader, int lingerMs) {
    var properties = new HashMap<String, Object>();
    properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, course.bootstrap());
    properties.put(ProducerConfig.LINGER_MS_CONFIG, lingerMs);
    properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 64L << 20);
    this.producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    this.topic = course.input();
    this.jobHeader = jobHeader;
  }

  /// A feeder that fills topics fast.
  static Feeder bulk(Course course, boolean jobHeader) {
    return new Feeder(course, jobHeader, 20);
  }

  /// A feeder that sends each item at once.
  static Feeder prompt(Course course, boolean jobHeader) {
    return new Feeder(course, jobHeader, 0);
  }

  /// Sends items `from` to `to` (excluded) and waits until the broker has them all.
  void send(Load load, long from, long to) {
    for (var id = from; id < to; id++) sendOne(load, id, 0);
    flush();
  }

  /// Sends items at a fixed rate, each stamped with the time at which it was due, however late it
  /// was sent: a system that falls behind doesn't make the load wait for it.
  ///
  /// @param due when an item is due, in nanoseconds, by its id
  /// @param stopped is asked before each item
  /// @return one more than the last id that was sent
  long sendOnTime(Load load, long from, long to, LongUnaryOperator due, BooleanSupplier stopped)
      throws InterruptedException {
    var id = from;
    for (; id < to && !stopped.getAsBoolean(); id++) {
      var at = due.applyAsLong(id);
      for (var left = at - System.nanoTime(); left > 0; left = at - System.nanoTime()) {
        Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
      }
      sendOne(load, id, at);
    }
    flush();
    return id;
  }

  private void sendOne(Load load, long id, long dueNanos) {
    var payload = Item.encode(id, dueNanos, load.waitMs(id), load.servedAtOnce(), load.bytes());
    var record = new ProducerRecord<byte[], byte[]>(topic, load.key(id).getBytes(UTF_8), payload);
    if (jobHeader) record.headers().add(HeaderNames.JOB, ("job-" + id).getBytes(UTF_8));
    var _ =
        producer.send(
            record,
            (_, failed) -> {
              if (failed != null) failure.compareAndSet(null, failed);
            });
  }

  private void flush() {
    producer.flush();
    var failed = failure.get();
    if (failed != null) throw new BenchException("can't write the input: " + failed, failed);
  }

  @Override
  public void close() {
    producer.close();
  }
}
