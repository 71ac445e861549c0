package dev.phaseline.ops.tracker;

import dev.phaseline.streams.BoundedRocksDb;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/// The properties of Kafka Streams. What exactly-once and the bounds rest on is put last, so that
/// nobody can change it by accident.
final class TrackerSettings {
  private static final int SESSION_MS = (int) Duration.ofSeconds(10).toMillis();
  private static final int HEARTBEAT_MS = (int) Duration.ofSeconds(2).toMillis();

  /// A transaction that a killed tracker left open keeps its successor from beginning.
  private static final int TRANSACTION_MS = (int) Duration.ofSeconds(10).toMillis();

  private static final int REQUEST_MS = (int) Duration.ofSeconds(4).toMillis();
  private static final int DELIVERY_MS = (int) Duration.ofSeconds(8).toMillis();

  /// A new pipeline is seen within that time.
  private static final int METADATA_MS = (int) Duration.ofSeconds(10).toMillis();

  private static final int RECORD_BYTES_MAX = 8 << 20;

  /// Brokers may be away for as long as that before the tracker gives up.
  private static final Duration OUTAGE_MAX = Duration.ofDays(7);

  private static final long WRITE_BUFFER_BYTES = 16L << 20;

  private TrackerSettings() {}

  /// @param port where the tracker listens
  static Properties of(TrackerConfig config, int port) {
    var tuning = config.tuning();
    var out = new Properties();
    out.putAll(config.kafka());
    out.putIfAbsent(StreamsConfig.REPLICATION_FACTOR_CONFIG, -1);
    out.put(StreamsConfig.APPLICATION_ID_CONFIG, config.names().tracker());
    out.put(StreamsConfig.CLIENT_ID_CONFIG, "phaseline-tracker-" + config.name());
    out.put(StreamsConfig.APPLICATION_SERVER_CONFIG, tuning.listen().host() + ':' + port);
    out.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    out.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, tuning.threads());
    out.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toAbsolutePath().toString());
    out.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, tuning.commitEvery().toMillis());
    // The order of topics does not matter here: nothing is waited for so that it is kept.
    out.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
    out.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, OUTAGE_MAX.toMillis());
    out.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0); // the books have their own
    out.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    out.put(BoundedRocksDb.CACHE_BYTES, tuning.cacheBytes());
    out.put(BoundedRocksDb.WRITE_BUFFER_BYTES, WRITE_BUFFER_BYTES);
    // Under its own name, a tracker that was killed is back without waiting for its ghost.
    consumer(out, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, config.name());
    consumer(out, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MS);
    consumer(out, ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MS);
    consumer(out, ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MS);
    consumer(out, ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
    producer(out, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MS);
    producer(out, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MS);
    producer(out, ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MS);
    producer(out, ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_MS);
    producer(out, ProducerConfig.LINGER_MS_CONFIG, 20);
    producer(out, ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
    producer(out, ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    producer(out, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, RECORD_BYTES_MAX);
    return out;
  }

  private static void consumer(Properties out, String name, Object value) {
    out.put(StreamsConfig.mainConsumerPrefix(name), value);
  }

  private static void producer(Properties out, String name, Object value) {
    out.put(StreamsConfig.producerPrefix(name), value);
  }
}
