package dev.phaseline.worker;

import dev.phaseline.core.engine.Lane;
import dev.phaseline.core.engine.LaneSettings;
import dev.phaseline.core.engine.LaneStats;
import dev.phaseline.core.engine.ProbationGate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that owns a lane: it makes the clients, turns the loop, and makes everything anew
/// when the clients can't go on. What it can't mend ends it, and the worker with it.
final class LaneThread implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LaneThread.class);
  private static final Duration RESTART_PAUSE_MAX = Duration.ofSeconds(10);
  private static final long STATS_EVERY_NANOS = 50_000_000L;

  private final WorkerConfig config;
  private final Placement placement;
  private final ProbationGate probation;
  private final String name;
  private final String topic;
  private final Thread thread;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile @Nullable LaneStats stats;
  private volatile @Nullable
      HandlerThreads<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>>
      handlers;
  private volatile @Nullable Throwable failure;
  private volatile String trouble = "";
  private LaneTotals totals = LaneTotals.NONE;

  LaneThread(WorkerConfig config, Placement placement, int number, ProbationGate probation) {
    this.config = config;
    this.placement = placement;
    this.probation = probation;
    this.topic = config.topics().phase(placement.pipeline().name(), placement.phase());
    this.name = topic + "." + config.server() + "." + number;
    this.thread = Thread.ofPlatform().name("lane-" + name).unstarted(this);
  }

  void start() {
    thread.start();
  }

  /// Asks the lane to finish what has started and to end.
  void stop() {
    stopping.countDown();
  }

  /// Waits for the end.
  ///
  /// @return whether it came in time
  boolean join(Duration wait) throws InterruptedException {
    return thread.join(wait);
  }

  Placement placement() {
    return placement;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void run() {
    var restarts = 0;
    while (!isStopping()) {
      var startedNanos = System.nanoTime();
      try {
        runWithClients();
      } catch (AuthorizationException denied) {
        fail(new WorkerException(denied.getMessage() + "; grant it and start again", denied));
        return;
      } catch (InterruptException interrupted) {
        return;
      } catch (KafkaException lost) {
        if (System.nanoTime() - startedNanos > RESTART_PAUSE_MAX.toNanos()) restarts = 0;
        if (pausedBeforeRestart(++restarts, lost)) return;
      } catch (RuntimeException | Error bug) {
        fail(bug);
        return;
      }
    }
  }

  private void fail(Throwable cause) {
    failure = cause;
    trouble = String.valueOf(cause.getMessage());
    LOG.error("lane {} has ended: {}", name, cause.getMessage(), cause);
  }

  /// @return whether the lane was asked to stop meanwhile
  private boolean pausedBeforeRestart(int restarts, KafkaException lost) {
    var pause = Duration.ofMillis(Math.min(100L << Math.min(restarts, 7), 10_000));
    trouble = lost.getClass().getSimpleName() + ": " + lost.getMessage();
    LOG.warn("lane {} starts again in {} ms: {}", name, pause.toMillis(), trouble);
    try {
      return stopping.await(pause.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void runWithClients() {
    var group = config.topics().group(placement.pipeline().name(), placement.phase());
    var deadRecords = new DeadRecords(placement, config.topics());
    var body = new ItemRunner(placement, config.topics(), InstantSource.system(), deadRecords);
    var pool =
        new HandlerThreads<>(
            "handler-" + topic,
            placement.options().concurrency(),
            placement.options().limits().inFlightBytesMax(),
            body);
    handlers = pool;
    try (var producers = new ProducerRing(config, name + ".");
        pool) {
      producers.open();
      var consumer =
          new KafkaConsumer<byte[], byte[]>(ClientSettings.consumer(config, group, name));
      try {
        var log =
            new KafkaLog(
                consumer,
                producers,
                new FirstOffsets(consumer, group),
                topic,
                config.tuning().transactions());
        var lane =
            new Lane<>(
                laneSettings(),
                new Lane.Ports<>(
                    log,
                    pool,
                    deadRecords,
                    probation,
                    System::nanoTime,
                    () -> ThreadLocalRandom.current().nextDouble()));
        consumer.subscribe(List.of(topic), log);
        turn(lane);
      } finally {
        // callbacks run in here: what is settled is committed, the partitions are let go in order
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(10)));
        totals = totals.plus(stats);
        stats = null;
      }
    }
  }

  private LaneSettings laneSettings() {
    var defaults = LaneSettings.of(placement.options());
    return new LaneSettings(
        placement.options(),
        config.tuning().commit(),
        defaults.spanMax(),
        config.timing().revoke(),
        defaults.crashesAloneMax());
  }

  private void turn(
      Lane<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> lane) {
    var lastStats = System.nanoTime() - STATS_EVERY_NANOS;
    while (!isStopping()) {
      lane.runOnce();
      if (System.nanoTime() - lastStats >= STATS_EVERY_NANOS) {
        lastStats = System.nanoTime();
        stats = lane.stats();
        trouble = "";
      }
    }
    lane.drain();
    var deadline = System.nanoTime() + config.timing().stop().toNanos();
    while (!lane.isDrained() && deadline - System.nanoTime() > 0) lane.runOnce();
    stats = lane.stats();
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  LaneTotals totals() {
    return totals.plus(stats);
  }

  @Nullable LaneStats stats() {
    return stats;
  }

  int running() {
    var pool = handlers;
    return pool == null ? 0 : pool.running();
  }

  int hung() {
    var pool = handlers;
    return pool == null ? 0 : pool.hung();
  }

  String trouble() {
    return trouble;
  }
}
