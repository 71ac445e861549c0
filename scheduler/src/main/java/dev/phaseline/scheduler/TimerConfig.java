package dev.phaseline.scheduler;

import dev.phaseline.schemas.KafkaSettings;
import dev.phaseline.schemas.ServerNames;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.streams.ServiceName;
import dev.phaseline.streams.ServiceStart;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Configuration of a scheduler. If it exists, its values are in range; whether brokers, topics and
/// the folder can be had is found out by [TimerService#start].
///
/// @param name of this scheduler, the same after a restart and nobody else's at the same time: 1 to
///   64 of letters, digits, '-' and '_'. A scheduler that comes back under its name goes on at
///   once; the partitions of one that does not are taken over after 10 seconds
/// @param kafka properties of Kafka's clients; `bootstrap.servers` must be there
/// @param names the namespace
/// @param stateDir a folder on a local disk, for this scheduler alone. What is in it is also in
///   Kafka: when it is lost, it is read from there
/// @param tuning limits and times
/// @param clock what says when a timer is due
/// @param meters where it measures, if anywhere: docs/metrics.md says what. A registry takes one
///   scheduler; closing it takes its meters out again
public record TimerConfig(
    String name,
    Map<String, Object> kafka,
    TopicNames names,
    Path stateDir,
    Tuning tuning,
    InstantSource clock,
    @Nullable MeterRegistry meters) {
  /// Limits and times.
  ///
  /// @param threads each has some of the partitions and commits for itself; while one waits for a
  ///   commit, another works
  /// @param remember for how long it is known that a timer fired, so that the same timer written
  ///   again (same id, same time) does not fire again
  /// @param commitEvery what fires becomes visible at the next commit; more commits a second cost
  ///   more of the brokers
  /// @param cacheBytes what all stores of the process together take outside of the Java heap
  /// @param standbys how many other schedulers keep a copy of each partition's timers, so that a
  ///   takeover need not read them first
  /// @param startWait for how long the start waits for brokers
  public record Tuning(
      int threads,
      Duration remember,
      Duration commitEvery,
      long cacheBytes,
      int standbys,
      Duration startWait) {
    private static final long CACHE_BYTES_DEFAULT = 96L << 20;
    private static final long CACHE_BYTES_MIN = 8L << 20;

    /// Two threads, an hour, 25 ms, 96 MiB, no copies, 30 s.
    public static final Tuning DEFAULT =
        new Tuning(
            2,
            Duration.ofHours(1),
            Duration.ofMillis(25),
            CACHE_BYTES_DEFAULT,
            0,
            Duration.ofSeconds(30));

    public Tuning {
      if (threads < 1) throw new IllegalArgumentException("threads < 1: " + threads);
      if (standbys < 0) throw new IllegalArgumentException("standbys < 0: " + standbys);
      if (remember.isNegative() || remember.compareTo(Duration.ofDays(366)) > 0) {
        throw new IllegalArgumentException("remember is not in 0..366 days: " + remember);
      }
      if (commitEvery.toMillis() < 1 || commitEvery.compareTo(Duration.ofSeconds(5)) > 0) {
        throw new IllegalArgumentException("commitEvery is not in 1 ms..5 s: " + commitEvery);
      }
      if (cacheBytes < CACHE_BYTES_MIN) {
        throw new IllegalArgumentException(
            "cacheBytes < " + CACHE_BYTES_MIN + ": " + cacheBytes + "; RocksDB needs some");
      }
      if (startWait.isNegative() || startWait.isZero()) {
        throw new IllegalArgumentException("startWait must be more than zero: " + startWait);
      }
    }

    /// These with other threads.
    public Tuning withThreads(int count) {
      return new Tuning(count, remember, commitEvery, cacheBytes, standbys, startWait);
    }

    /// These with another memory of what fired.
    public Tuning withRemember(Duration time) {
      return new Tuning(threads, time, commitEvery, cacheBytes, standbys, startWait);
    }

    /// These with another wait for brokers.
    public Tuning withStartWait(Duration time) {
      return new Tuning(threads, remember, commitEvery, cacheBytes, standbys, time);
    }

    /// These with other copies.
    public Tuning withStandbys(int count) {
      return new Tuning(threads, remember, commitEvery, cacheBytes, count, startWait);
    }
  }

  public TimerConfig {
    ServerNames.check("scheduler", name);
    kafka = Map.copyOf(kafka);
    var slips = KafkaSettings.slips(kafka);
    if (!slips.isEmpty()) throw new IllegalArgumentException(String.join("; ", slips));
    if (String.valueOf(kafka.getOrDefault("bootstrap.servers", "")).isBlank()) {
      throw new IllegalArgumentException(
          "the setting bootstrap.servers is missing; name a broker, such as 127.0.0.1:9092");
    }
  }

  ServiceStart<SchedulerException> begin() {
    var service = new ServiceName("scheduler", name, stateDir, "docs/timers.md");
    return new ServiceStart<>(service, kafka, tuning.startWait(), SchedulerException::new);
  }

  /// One with the default namespace, tuning and clock.
  public static TimerConfig of(String name, Map<String, Object> kafka, Path stateDir) {
    return new TimerConfig(
        name, kafka, TopicNames.DEFAULT, stateDir, Tuning.DEFAULT, InstantSource.system(), null);
  }

  /// This in another namespace.
  public TimerConfig withNames(TopicNames others) {
    return new TimerConfig(name, kafka, others, stateDir, tuning, clock, meters);
  }

  /// This with other limits and times.
  public TimerConfig withTuning(Tuning another) {
    return new TimerConfig(name, kafka, names, stateDir, another, clock, meters);
  }

  /// This with a registry to measure in.
  public TimerConfig withMeters(MeterRegistry registry) {
    return new TimerConfig(name, kafka, names, stateDir, tuning, clock, registry);
  }
}
