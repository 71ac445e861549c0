package dev.phaseline.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.phaseline.jdbc.SqlDialect;
import dev.phaseline.outbox.Outbox;
import dev.phaseline.outbox.OutboxRelay;
import dev.phaseline.outbox.OutboxSchema;
import dev.phaseline.outbox.RelayConfig;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import dev.phaseline.schemas.TopicNames;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// An outbox in PostgreSQL under load, its relay, and a reader of committed records, all in this
/// process and on its one clock.
final class OutboxFlow implements AutoCloseable {
  private static final int BYTES = 200;
  private static final int KEYS = 1_000;
  private static final int CONNECTIONS = 16;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final JobType<byte[]> type = JobType.bytes("orders", "check");
  private final Outbox outbox;
  private final HikariDataSource pool;
  private final OutboxRelay relay;
  private final Thread reader;
  private final Map<String, Long> arrivals = new ConcurrentHashMap<>();
  private final Map<String, Long> commits = new ConcurrentHashMap<>();
  private final AtomicInteger doubled = new AtomicInteger();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private volatile boolean closing;

  OutboxFlow(Map<String, Object> kafka, TopicNames names, int partitions, String url)
      throws SQLException {
    outbox = Outbox.of(JobClient.Settings.DEFAULT.withNames(names));
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setAutoCommit(false);
    pool = new HikariDataSource(config);
    try (var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      for (var sql : OutboxSchema.statements(SqlDialect.POSTGRESQL)) statement.execute(sql);
      statement.execute("CREATE TABLE IF NOT EXISTS business (id VARCHAR(40) PRIMARY KEY)");
      connection.commit();
    }
    relay = OutboxRelay.start(pool, kafka, RelayConfig.of("bench").withNames(names));
    reader =
        Thread.ofPlatform()
            .name("reader")
            .start(() -> read(kafka, names.phase("orders", "check"), partitions));
  }

  private void read(Map<String, Object> kafka, String topic, int partitions) {
    var settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10);
    var bytes = new ByteArrayDeserializer();
    try (var consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
      var all = new ArrayList<TopicPartition>();
      for (var i = 0; i < partitions; i++) all.add(new TopicPartition(topic, i));
      consumer.assign(all);
      consumer.seekToBeginning(all);
      while (!closing) {
        var records = consumer.poll(Duration.ofMillis(100));
        var now = System.nanoTime();
        for (var record : records) {
          var id = new String(record.headers().lastHeader("pl-job").value(), UTF_8);
          if (arrivals.put(id, now) != null) doubled.incrementAndGet();
        }
      }
    } catch (RuntimeException failed) {
      failures.add(failed);
    }
  }

  private JobRequest<byte[]> request(String id, int number) {
    return JobRequest.withId(id, new byte[BYTES]).withKey("k" + number % KEYS);
  }

  /// Transactions at a steady rate, each of a row of business and a job, due whether or not those
  /// before have ended.
  void steady(String prefix, int perSecond, int count, int threads) throws InterruptedException {
    var start = System.nanoTime() + Duration.ofMillis(100).toNanos();
    var next = new AtomicInteger();
    run(
        threads,
        () -> {
          for (var i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            var due = start + i * 1_000_000_000L / perSecond;
            while (System.nanoTime() < due) LockSupport.parkNanos(due - System.nanoTime());
            one(prefix + i, i);
          }
        });
  }

  private void one(String id, int number) throws SQLException {
    try (var connection = pool.getConnection();
        var insert = connection.prepareStatement("INSERT INTO business VALUES (?)")) {
      insert.setString(1, id);
      insert.executeUpdate();
      outbox.submit(connection, type, request(id, number));
      connection.commit();
    }
    commits.put(id, System.nanoTime());
  }

  /// Jobs as fast as they go, so many in a transaction.
  void burst(String prefix, int count, int inOne, int threads) throws InterruptedException {
    var next = new AtomicInteger();
    run(
        threads,
        () -> {
          for (var from = next.getAndAdd(inOne); from < count; from = next.getAndAdd(inOne)) {
            var requests = new ArrayList<JobRequest<byte[]>>();
            for (var i = from; i < Math.min(count, from + inOne); i++) {
              requests.add(request(prefix + i, i));
            }
            try (var connection = pool.getConnection()) {
              outbox.submitAll(connection, type, requests);
              connection.commit();
            }
          }
        });
  }

  @FunctionalInterface
  private interface Work {
    void run() throws SQLException;
  }

  private void run(int threads, Work work) throws InterruptedException {
    var running = new ArrayList<Thread>();
    for (var i = 0; i < threads; i++) {
      running.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      work.run();
                    } catch (SQLException | RuntimeException failed) {
                      failures.add(failed);
                    }
                  }));
    }
    for (var thread : running) thread.join();
  }

  /// Waits until so many jobs have arrived in all.
  void awaitArrivals(int count) throws InterruptedException {
    var endNanos = System.nanoTime() + PATIENCE.toNanos();
    while (arrivals.size() < count && failures.isEmpty() && System.nanoTime() < endNanos) {
      Thread.sleep(1);
    }
  }

  /// Times from the end of a commit until a reader of committed records held the job. One that
  /// arrived before the committer was on again took no time.
  Percentiles latencies(String prefix, int from, int to) {
    var nanos = new long[to - from];
    for (var i = from; i < to; i++) {
      var id = prefix + i;
      nanos[i - from] =
          Math.max(0, arrivals.getOrDefault(id, Long.MAX_VALUE) - commits.getOrDefault(id, 0L));
    }
    return new Percentiles(nanos);
  }

  /// The problems; empty when each job has come once.
  List<String> problems(int expected) {
    var problems = new ArrayList<String>();
    failures.forEach(failed -> problems.add(String.valueOf(failed)));
    relay.failure().ifPresent(problems::add);
    if (arrivals.size() != expected) {
      problems.add(arrivals.size() + " jobs came, not " + expected);
    }
    if (doubled.get() > 0) problems.add(doubled.get() + " jobs came twice");
    return problems;
  }

  @Override
  public void close() {
    closing = true;
    try {
      reader.join(PATIENCE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    relay.close();
    pool.close();
  }
}
