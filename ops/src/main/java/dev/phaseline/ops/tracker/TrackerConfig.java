package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.schemas.ServerNames;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.streams.ServiceName;
import dev.phaseline.streams.ServiceStart;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/// Configuration of a tracker. If it exists, its values are in range; whether brokers, topics and
/// the folder can be had is found out by [Tracker#start].
///
/// @param name of this tracker, the same after a restart and nobody else's at the same time: 1 to
///   64 of letters, digits, '-' and '_'
/// @param kafka properties of Kafka's clients; `bootstrap.servers` must be there
/// @param names the namespace
/// @param stateDir a folder on a local disk, for this tracker alone. What is in it is also in Kafka
/// @param tuning limits and times
/// @param clock what time it is
public record TrackerConfig(
    String name,
    Map<String, Object> kafka,
    TopicNames names,
    Path stateDir,
    Tuning tuning,
    InstantSource clock) {
  /// Limits and times.
  ///
  /// @param threads each has some of the partitions
  /// @param retention how long jobs are kept
  /// @param commitEvery what is kept, and the ends of jobs, become final at the next commit; fewer
  ///   commits cost less
  /// @param cacheBytes what all stores of the process take outside of the Java heap
  /// @param listen where other trackers reach this one
  /// @param startWait for how long the start waits for brokers
  public record Tuning(
      int threads,
      Retention retention,
      Duration commitEvery,
      long cacheBytes,
      Listen listen,
      Duration startWait) {
    private static final long CACHE_BYTES_DEFAULT = 192L << 20;
    private static final long CACHE_BYTES_MIN = 8L << 20;

    /// Two threads, or one on a machine that has one core, the default retention, half a second,
    /// 192 MiB, loopback, 30 s.
    public static final Tuning DEFAULT =
        new Tuning(
            Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 2),
            Retention.DEFAULT,
            Duration.ofMillis(500),
            CACHE_BYTES_DEFAULT,
            new Listen("127.0.0.1", 0),
            Duration.ofSeconds(30));

    public Tuning {
      if (threads < 1) throw new IllegalArgumentException("threads < 1: " + threads);
      if (commitEvery.toMillis() < 10 || commitEvery.compareTo(Duration.ofSeconds(10)) > 0) {
        throw new IllegalArgumentException("commitEvery is not in 10 ms..10 s: " + commitEvery);
      }
      if (cacheBytes < CACHE_BYTES_MIN) {
        throw new IllegalArgumentException(
            "cacheBytes < " + CACHE_BYTES_MIN + ": " + cacheBytes + "; RocksDB needs some");
      }
      if (startWait.isNegative() || startWait.isZero()) {
        throw new IllegalArgumentException("startWait must be more than zero: " + startWait);
      }
    }

    /// These with another retention.
    public Tuning withRetention(Retention another) {
      return new Tuning(threads, another, commitEvery, cacheBytes, listen, startWait);
    }

    /// These with other threads.
    public Tuning withThreads(int count) {
      return new Tuning(count, retention, commitEvery, cacheBytes, listen, startWait);
    }

    /// These at another address.
    public Tuning withListen(Listen another) {
      return new Tuning(threads, retention, commitEvery, cacheBytes, another, startWait);
    }

    /// These with another wait for brokers.
    public Tuning withStartWait(Duration time) {
      return new Tuning(threads, retention, commitEvery, cacheBytes, listen, time);
    }
  }

  /// The address at which others of its namespace reach a tracker, for its part of an answer. There
  /// is no authentication: keep it on loopback, or on a network of the trackers' own.
  ///
  /// @param host an address of this machine that the others can reach
  /// @param port 0: any that is free
  public record Listen(String host, int port) {
    public Listen {
      if (host.isBlank()) throw new IllegalArgumentException("the host to listen on is empty");
      if (port < 0 || port > 65_535) throw new IllegalArgumentException("port " + port);
    }
  }

  public TrackerConfig {
    ServerNames.check("tracker", name);
    kafka = Map.copyOf(kafka);
    var slips = KafkaSettings.slips(kafka);
    if (!slips.isEmpty()) throw new IllegalArgumentException(String.join("; ", slips));
    if (String.valueOf(kafka.getOrDefault("bootstrap.servers", "")).isBlank()) {
      throw new IllegalArgumentException(
          "the setting bootstrap.servers is missing; name a broker, such as 127.0.0.1:9092");
    }
  }

  ServiceStart<TrackerException> begin() {
    var service = new ServiceName("tracker", name, stateDir, "docs/tracker.md");
    return new ServiceStart<>(service, kafka, tuning.startWait(), TrackerException::new);
  }

  /// One with the default namespace, tuning and clock.
  public static TrackerConfig of(String name, Map<String, Object> kafka, Path stateDir) {
    return new TrackerConfig(
        name, kafka, TopicNames.DEFAULT, stateDir, Tuning.DEFAULT, InstantSource.system());
  }

  /// This in another namespace.
  public TrackerConfig withNames(TopicNames others) {
    return new TrackerConfig(name, kafka, others, stateDir, tuning, clock);
  }

  /// This with other limits and times.
  public TrackerConfig withTuning(Tuning another) {
    return new TrackerConfig(name, kafka, names, stateDir, another, clock);
  }
}
