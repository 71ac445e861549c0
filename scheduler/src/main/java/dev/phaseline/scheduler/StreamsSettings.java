package dev.phaseline.scheduler;

import dev.phaseline.streams.BoundedRocksDb;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/// The properties of Kafka Streams. What exactly-once and the bounds rest on is put last, so that
/// it can't be changed by accident.
///
/// A record is late by the sum of: the wait for input (10 ms at most, then wake-ups are looked at),
/// the time to the next commit, and the commit. Kafka's own values, 100 ms each, are for
/// throughput.
final class StreamsSettings {
  private static final int POLL_MS = 10;
  private static final int SESSION_MS = (int) Duration.ofSeconds(10).toMillis();
  private static final int HEARTBEAT_MS = (int) Duration.ofSeconds(2).toMillis();

  /// A transaction that a killed scheduler left open hides everything behind it until it is given
  /// up: soon, but not before a commit that has met a slow broker.
  private static final int TRANSACTION_MS = (int) Duration.ofSeconds(10).toMillis();

  private static final int REQUEST_MS = (int) Duration.ofSeconds(4).toMillis();
  private static final int DELIVERY_MS = (int) Duration.ofSeconds(8).toMillis();

  private static final int RETRY_BACKOFF_MS = 1;
  private static final int RETRY_BACKOFF_MAX_MS = 10;

  /// Brokers may be away for as long as that before the scheduler gives up.
  private static final Duration OUTAGE_MAX = Duration.ofDays(7);

  private static final long TOTALS_CACHE_BYTES = 1 << 20;

  private StreamsSettings() {}

  static Properties of(TimerConfig config) {
    var tuning = config.tuning();
    var out = new Properties();
    out.putAll(config.kafka());
    out.putIfAbsent(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    out.put(StreamsConfig.APPLICATION_ID_CONFIG, config.names().scheduler());
    out.put(StreamsConfig.CLIENT_ID_CONFIG, "phaseline-scheduler-" + config.name());
    out.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    out.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, tuning.threads());
    out.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, tuning.standbys());
    out.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toAbsolutePath().toString());
    out.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, tuning.commitEvery().toMillis());
    out.put(StreamsConfig.POLL_MS_CONFIG, POLL_MS);
    out.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, OUTAGE_MAX.toMillis());
    out.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, TOTALS_CACHE_BYTES);
    out.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    out.put(BoundedRocksDb.CACHE_BYTES, tuning.cacheBytes());
    // Under its own name, a scheduler that was killed is back without waiting for its ghost.
    consumer(out, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.name());
    consumer(out, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MS);
    consumer(out, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MS);
    producer(out, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MS);
    producer(out, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MS);
    producer(out, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MS);
    producer(out, ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_MS);
    // "Still writing the markers of your last transaction" is answered by trying again: after
    // Kafka's own 100 ms, every timer of a busy scheduler would be late by as much.
    producer(out, ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_BACKOFF_MS);
    producer(out, ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, RETRY_BACKOFF_MAX_MS);
    producer(out, ProducerConfig.LINGER_MS_CONFIG, 5);
    producer(out, ProducerConfig.BATCH_SIZE_CONFIG, 64 * 1024);
    producer(out, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TimerTopology.STORED_BYTES_MAX);
    return out;
  }

  private static void consumer(Properties out, String name, Object value) {
    out.put(StreamsConfig.mainConsumerPrefix(name), value);
  }

  private static void producer(Properties out, String name, Object value) {
    out.put(StreamsConfig.producerPrefix(name), value);
  }
}
