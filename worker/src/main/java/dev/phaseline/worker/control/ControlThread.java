package dev.phaseline.worker.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.RightsCheck;
import dev.phaseline.schemas.control.ControlSettings;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.reading.GuardedConsumer;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.WorkerException;
import dev.phaseline.worker.client.ClientSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Thread for the worker's control: reads the control topic, from its beginning and then live,
/// keeps the [OrderBook] up to date, and says once a second how the worker is. A thread of its own,
/// so that neither waits for a lane nor a lane for them.
///
/// An installation from before the control topic has none: then the worker runs as it always did,
/// says that nobody can tell it anything, and looks again every few seconds.
public final class ControlThread implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlThread.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final Duration CLOSE = Duration.ofSeconds(2);
  private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long REVIEW_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final WorkerConfig config;
  private final OrderBook book;
  private final String topic;
  private final Thread thread;
  private final ControlSettings settings = new ControlSettings();
  private final CountDownLatch read = new CountDownLatch(1);
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Map<TopicPartition, Long> toRead = new HashMap<>();
  private boolean listening;
  private long lookedNanos;
  private long reviewedNanos = System.nanoTime();
  private long beatNanos = System.nanoTime() - REVIEW_NANOS;
  private boolean hasVoice;
  private volatile @Nullable Function<Lags, Heartbeat> self;
  private volatile @Nullable KafkaException refused;
  private volatile String trouble = "";
  private volatile String unwritten = "";

  /// Lag of partitions, which lanes do not know.
  public interface Lags {
    /// Number of offsets from these positions to the ends; -1 when it is not known.
    long behind(Map<TopicPartition, Long> positions);
  }

  public ControlThread(WorkerConfig config, OrderBook book) {
    this.config = config;
    this.book = book;
    this.topic = config.topics().control();
    this.thread = Thread.ofPlatform().daemon().name("control-" + config.server()).unstarted(this);
  }

  /// Starts, and waits until everything that was said before is known.
  ///
  /// @throws WorkerException when that takes longer than starting may, or is not allowed: a worker
  ///   that doesn't know what was cancelled or paused must not start
  public void start() {
    thread.start();
    try {
      var known = read.await(config.timing().start().toMillis(), TimeUnit.MILLISECONDS);
      var why = refused;
      if (known && why == null) return;
      stop();
      if (why != null) {
        throw new WorkerException(
            "can't read the control settings from "
                + topic
                + ": "
                + refusal(why)
                + "; grant it and start again",
            why);
      }
      throw new WorkerException(
          "the control settings could not be read from "
              + topic
              + " within "
              + config.timing().start().toSeconds()
              + " s; "
              + (trouble.isEmpty() ? "is the broker well?" : trouble),
          null);
    } catch (InterruptedException e) {
      stop();
      Thread.currentThread().interrupt();
      throw new WorkerException("interrupted while starting", e);
    }
  }

  /// From here on the worker says how it is.
  public void report(Function<Lags, Heartbeat> howItIs) {
    self = howItIs;
  }

  /// Writes a last heartbeat and ends.
  public void stop() {
    stopping.countDown();
  }

  /// Waits for the end.
  public void join(Duration wait) throws InterruptedException {
    thread.join(wait);
  }

  /// The reason why operators' commands do not arrive; empty when they do.
  public String trouble() {
    return trouble.isEmpty() ? unwritten : trouble;
  }

  @Override
  public void run() {
    while (!isStopping()) {
      try (var producer = new KafkaProducer<byte[], byte[]>(ClientSettings.heartbeats(config))) {
        var consumer =
            new GuardedConsumer(ClientSettings.control(config, "control"), this::passOver);
        try {
          listening = false;
          lookedNanos = System.nanoTime() - LOOK_AGAIN_NANOS;
          while (!isStopping()) turn(consumer, producer);
          lastWord(consumer, producer);
        } finally {
          consumer.close(CloseOptions.timeout(CLOSE));
        }
      } catch (AuthorizationException | AuthenticationException denied) {
        refused = denied;
        trouble = "no right to read control commands: " + refusal(denied);
        LOG.error("control: {}", trouble);
        read.countDown();
        rest();
      } catch (KafkaException lost) {
        // the clients are made anew; what was said so far still holds
        trouble = "can't read control commands: " + lost.getMessage();
        LOG.warn("control: {}", trouble);
        rest();
      } catch (RuntimeException bug) {
        trouble = "can't read control commands: " + bug;
        LOG.error("control: {}", trouble, bug);
        rest();
      }
    }
  }

  private String refusal(KafkaException refused) {
    return refused instanceof AuthorizationException denied
        ? RightsCheck.words(denied, config.kafka(), "READ", null)
        : String.valueOf(refused.getMessage());
  }

  private void rest() {
    try {
      var _ = stopping.await(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping.countDown();
    }
  }

  private void turn(Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer) {
    if (!(listening && hasVoice) && System.nanoTime() - lookedNanos >= LOOK_AGAIN_NANOS) {
      look(consumer);
    }
    if (listening) listen(consumer);
    else if (read.getCount() == 0) waitABit();
    if (System.nanoTime() - beatNanos >= TimeUnit.MILLISECONDS.toNanos(Heartbeat.EVERY_MS)) {
      beatNanos = System.nanoTime();
      beat(consumer, producer, false);
    }
  }

  private void waitABit() {
    try {
      var _ = stopping.await(POLL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping.countDown();
    }
  }

  /// Looks for the topics; an installation may get them while the worker runs.
  private void look(Consumer<byte[], byte[]> consumer) {
    lookedNanos = System.nanoTime();
    hasVoice = !partitions(consumer, config.topics().workers()).isEmpty();
    if (listening) return;
    var partitions = partitions(consumer, topic);
    if (partitions.isEmpty()) {
      if (trouble.isEmpty()) {
        LOG.warn(
            "there is no topic {}: this worker can't be paused or drained, and can't cancel"
                + " jobs; create it with `phaseline topics create`",
            topic);
      }
      trouble = "there is no topic " + topic + "; create it with `phaseline topics create`";
      read.countDown();
      return;
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    settings.clear();
    toRead.clear();
    toRead.putAll(consumer.endOffsets(partitions));
    listening = true;
    trouble = "";
  }

  private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, String of) {
    var partitions = new ArrayList<TopicPartition>();
    for (var info : consumer.partitionsFor(of)) {
      partitions.add(new TopicPartition(of, info.partition()));
    }
    return partitions;
  }

  private void listen(Consumer<byte[], byte[]> consumer) {
    var records = consumer.poll(POLL);
    for (var record : records) hear(record);
    toRead.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
    if (!toRead.isEmpty()) return; // half of what was said may be what was taken back
    var review = System.nanoTime() - reviewedNanos >= REVIEW_NANOS; // what is cancelled may be over
    if (records.isEmpty() && !review && read.getCount() == 0) return;
    reviewedNanos = System.nanoTime();
    book.follow(settings, Instant.now());
    read.countDown();
  }

  private boolean passOver(TopicPartition partition, long offset, String why) {
    LOG.error(
        "control: the record at offset {} of {} can't be read and is passed over: {}",
        offset,
        partition,
        why);
    return true;
  }

  /// The setting of a scope stays in force when a later record of it can't be read: to guess would
  /// be worse, to stop worse still.
  private void hear(ConsumerRecord<byte[], byte[]> record) {
    settings
        .take(record.key(), record.value(), record.offset())
        .ifPresent(
            unreadable ->
                LOG.error(
                    "control: the setting of '{}' at offset {} of {} can't be read and is not"
                        + " followed: {}; give the command again, or run `phaseline control"
                        + " --repair`",
                    unreadable.label(),
                    unreadable.offset(),
                    topic,
                    unreadable.why()));
    trouble = unheard();
  }

  /// Unreadable settings that apply to this worker, in words; empty when there are none.
  private String unheard() {
    var mine = settings.unreadable().stream().filter(book::concerns).toList();
    if (mine.isEmpty()) return "";
    var first = mine.getFirst();
    return "the setting of '%s' at offset %d of %s can't be read: %s%s"
        .formatted(
            first.label(),
            first.offset(),
            topic,
            first.why(),
            mine.size() == 1 ? "" : " (and " + (mine.size() - 1) + " more)");
  }

  private void beat(
      Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer, boolean last) {
    var asked = self;
    if (asked == null || !hasVoice) return;
    var now = asked.apply(positions -> behind(consumer, positions));
    var heartbeat =
        new Heartbeat(
            now.server(),
            now.version(),
            now.host(),
            now.pid(),
            now.started(),
            last,
            now.phases(),
            now.lastError(),
            trouble,
            now.at());
    var _ =
        producer.send(
            new ProducerRecord<>(
                config.topics().workers(), config.server().getBytes(UTF_8), heartbeat.toBytes()),
            (_, lost) -> written(lost));
  }

  /// Result of writing a heartbeat. One that brokers refuse is a fault of the set-up, which must be
  /// seen on the worker, since operators do not see the worker; one that is late is not.
  private void written(@Nullable Exception lost) {
    if (lost == null || lost instanceof RetriableException) {
      if (lost == null) unwritten = "";
      else LOG.debug("a heartbeat is lost: {}", lost.getMessage());
      return;
    }
    var why =
        lost instanceof AuthorizationException denied
            ? RightsCheck.words(denied, config.kafka(), "WRITE", null) + "; grant it"
            : lost.getClass().getSimpleName() + ": " + lost.getMessage();
    var now = "heartbeats can't be written, so operators don't see this worker: " + why;
    if (!now.equals(unwritten)) LOG.warn("control: {}", now);
    unwritten = now;
  }

  private static long behind(
      Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> positions) {
    if (positions.isEmpty()) return 0;
    try {
      Set<TopicPartition> asked = new HashSet<>(positions.keySet());
      var behind = 0L;
      for (var end : consumer.endOffsets(asked, ANSWER).entrySet()) {
        behind += Math.max(0, end.getValue() - positions.getOrDefault(end.getKey(), 0L));
      }
      return behind;
    } catch (KafkaException notNow) {
      return -1;
    }
  }

  private void lastWord(Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer) {
    beat(consumer, producer, true);
    producer.close(CLOSE);
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }
}
