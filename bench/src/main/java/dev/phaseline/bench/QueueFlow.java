package dev.phaseline.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.phaseline.core.Codec;
import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.NewItem;
import dev.phaseline.queue.Queues;
import dev.phaseline.queue.kafka.KafkaQueueSettings;
import dev.phaseline.queue.kafka.KafkaQueues;
import dev.phaseline.queue.sql.SqlQueueStorage;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.TopicSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// One queue under load, on Kafka or in PostgreSQL: puts items, takes them by the queue's own means
/// or, on Kafka, by bare share consumers, and counts what came.
final class QueueFlow implements AutoCloseable {
  static final int BYTES = 200;
  static final int BATCH = 512;

  private static final AtomicInteger NUMBERS = new AtomicInteger();
  private static final int PUT_BATCH = 10_000;
  private static final Duration LEASE = Duration.ofMinutes(5);
  private static final Duration WAIT = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /// Connections for as many consumers as wait, and for those who put.
  private static final int CONNECTIONS = 80;

  private final Map<String, Object> client;
  private final Runnable closeBelow;
  private final Queues queues;
  private final JobQueue<byte[]> queue;
  private final AtomicLong taken = new AtomicLong();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  private QueueFlow(Map<String, Object> client, Runnable closeBelow, Queues queues) {
    this.client = client;
    this.closeBelow = closeBelow;
    this.queues = queues;
    this.queue = queues.open("bench-" + NUMBERS.incrementAndGet(), Codec.bytes());
    queue.create();
  }

  static QueueFlow open(Rig rig, int partitions) {
    var client = rig.clientConfig();
    var settings =
        KafkaQueueSettings.DEFAULT.withTopics(TopicSettings.SINGLE.withPartitions(partitions));
    return new QueueFlow(client, () -> {}, KafkaQueues.connect(client, settings));
  }

  static QueueFlow open(Postgres postgres) {
    var config = new HikariConfig();
    config.setJdbcUrl(postgres.url());
    config.setMaximumPoolSize(CONNECTIONS);
    var pool = new HikariDataSource(config);
    return new QueueFlow(Map.of(), pool::close, Queues.over(SqlQueueStorage.on(pool)));
  }

  /// Items put in a second.
  double put(int items) {
    var startNanos = System.nanoTime();
    var item = NewItem.of(new byte[BYTES]);
    for (var from = 0; from < items; from += PUT_BATCH) {
      queue.createItems(Collections.nCopies(Math.min(PUT_BATCH, items - from), item));
    }
    return items / ((System.nanoTime() - startNanos) / 1e9);
  }

  /// Loop of a consumer, which goes on until all items are taken.
  private interface Consumption {
    void run() throws InterruptedException;
  }

  private double takeBy(int items, int consumers, Consumption consumption)
      throws InterruptedException {
    var startNanos = System.nanoTime();
    var threads = new ArrayList<Thread>();
    for (var i = 0; i < consumers; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      consumption.run();
                    } catch (InterruptedException | RuntimeException failed) {
                      failures.add(failed);
                    }
                  }));
    }
    while (System.nanoTime() - startNanos < PATIENCE.toNanos() && failures.isEmpty()) {
      if (taken.get() >= items) break;
      Thread.sleep(5);
    }
    var endNanos = System.nanoTime();
    for (var thread : threads) thread.join(PATIENCE);
    return items / ((endNanos - startNanos) / 1e9);
  }

  /// Items that the queue's consumers have taken in a second, joining the group included.
  double take(int items, int consumers) throws InterruptedException {
    return takeBy(
        items,
        consumers,
        () -> {
          while (taken.get() < items && failures.isEmpty()) {
            var claimed = queue.claim(BATCH, LEASE, WAIT);
            queue.deleteAll(claimed);
            taken.addAndGet(claimed.size());
          }
        });
  }

  /// The same by bare share consumers: explicit acknowledgement, confirmed for each batch.
  double takeBare(int items, int consumers) throws InterruptedException {
    return takeBy(
        items,
        consumers,
        () -> {
          try (var consumer = bareConsumer()) {
            consumer.subscribe(List.of(TopicNames.DEFAULT.queueItems(queue.name())));
            while (taken.get() < items && failures.isEmpty()) {
              var records = consumer.poll(WAIT.dividedBy(10));
              records.forEach(record -> consumer.acknowledge(record, AcknowledgeType.ACCEPT));
              if (records.isEmpty()) continue;
              consumer.commitSync();
              taken.addAndGet(records.count());
            }
          }
        });
  }

  private KafkaShareConsumer<byte[], byte[]> bareConsumer() {
    var config = new HashMap<>(client);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, TopicNames.DEFAULT.queueItems(queue.name()));
    config.put(ConsumerConfig.SHARE_ACKNOWLEDGEMENT_MODE_CONFIG, "explicit");
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, BATCH);
    var bytes = new ByteArrayDeserializer();
    return new KafkaShareConsumer<>(config, bytes, bytes);
  }

  /// Waits of items for one of many claims, from when they were due to be put.
  Percentiles latencies(int items, int perSecond, int consumers) throws InterruptedException {
    var late = new ConcurrentLinkedQueue<Long>();
    var startNanos = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    var putter =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (var i = 0; i < items; i++) {
                    var due = startNanos + i * 1_000_000_000L / perSecond;
                    LockSupport.parkNanos(due - System.nanoTime());
                    var data = Long.toString(due).getBytes(US_ASCII);
                    Thread.ofVirtual().start(() -> queue.createItem(data));
                  }
                });
    var warm = items / 5;
    var _ =
        takeBy(
            items,
            consumers,
            () -> {
              while (taken.get() < items && failures.isEmpty()) {
                var claimed = queue.claim(1, LEASE, WAIT);
                var now = System.nanoTime();
                for (var item : claimed) {
                  var due = Long.parseLong(new String(item.data(), US_ASCII));
                  if (taken.incrementAndGet() > warm) late.add(now - due);
                }
                queue.deleteAll(claimed);
              }
            });
    putter.join(PATIENCE);
    return new Percentiles(late.stream().mapToLong(each -> each).toArray());
  }

  /// The problems that make this flow's figures void; empty when they are valid.
  List<String> problems(int items) {
    var problems = new ArrayList<String>();
    failures.forEach(failure -> problems.add(String.valueOf(failure)));
    if (taken.get() < items) problems.add("only " + taken.get() + " of " + items + " were taken");
    return problems;
  }

  @Override
  public void close() {
    try (queues) {
      queue.deleteQueue();
    } finally {
      closeBelow.run();
    }
  }
}
