package dev.phaseline.worker;

import dev.phaseline.core.engine.Deferrals;
import dev.phaseline.core.engine.Lane;
import dev.phaseline.core.engine.LaneSettings;
import dev.phaseline.core.engine.LaneStats;
import dev.phaseline.core.engine.ProbationGate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
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
  private final int concurrency;
  private final ProbationGate probation;
  private final TopicLimits topicLimits;
  private final Namesakes namesakes;
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
  private volatile @Nullable KafkaLog log;
  private volatile @Nullable Connections connections;
  private volatile LaneTotals totals = LaneTotals.NONE;
  private volatile Map<Integer, String> unreadable = Map.of();

  LaneThread(
      WorkerConfig config,
      Placement placement,
      int number,
      ProbationGate probation,
      TopicLimits topicLimits) {
    this.config = config;
    this.placement = placement;
    this.concurrency = share(placement, number);
    this.probation = probation;
    this.topicLimits = topicLimits;
    this.topic = config.topics().phase(placement.pipeline().name(), placement.phase());
    this.name = topic + "." + config.server() + "." + number;
    this.namesakes = new Namesakes(config, name);
    this.thread = Thread.ofPlatform().name("lane-" + name).unstarted(this);
  }

  /// The phase's concurrency is the worker's: its lanes share it.
  private static int share(Placement placement, int number) {
    var all = placement.options().concurrency();
    return Math.max(1, all / placement.lanes() + (number < all % placement.lanes() ? 1 : 0));
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
      } catch (InterruptException interrupted) {
        return;
      } catch (KafkaException lost) {
        var cause = LaneFailures.beyondRepair(lost);
        if (cause != null) {
          fail(cause);
          return;
        }
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
    var trace =
        cause instanceof WorkerException ? null : cause; // that one says all there is to say
    LOG.error("lane {} has ended: {}", name, cause.getMessage(), trace);
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
    var history = new AttemptHistory(config.server(), InstantSource.system(), System::nanoTime);
    var deadRecords = new DeadRecords(placement, config.topics(), history);
    var body =
        new ItemRunner(
            placement, config.topics(), topicLimits, InstantSource.system(), deadRecords);
    var pool =
        new HandlerThreads<>(
            "handler-" + topic, concurrency, placement.options().limits().inFlightBytesMax(), body);
    handlers = pool;
    try (var producers = new ProducerRing(config, name + ".");
        pool) {
      runWithClients(producers, pool, deadRecords, deferrals(history));
    }
  }

  private Deferrals<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> deferrals(
      AttemptHistory history) {
    if (!config.timers()) return Deferrals.none();
    return new DeferredRecords(
        placement.phase(), config.topics(), topicLimits, InstantSource.system(), history);
  }

  private void runWithClients(
      ProducerRing producers,
      HandlerThreads<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> pool,
      DeadRecords deadRecords,
      Deferrals<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> deferrals) {
    var group = config.topics().group(placement.pipeline().name(), placement.phase());
    var bounds = InFlightBounds.of(placement.options().limits());
    var settings = ClientSettings.consumer(config, group, name, bounds.portionItems());
    var consumer = new KafkaConsumer<byte[], byte[]>(settings);
    var sockets = new Connections(consumer.metrics());
    connections = sockets;
    Lane<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> lane = null;
    try {
      var source =
          new KafkaLog.LaneSource(
              topic, bounds.portionBytes(), config.tuning().transactions(), sockets);
      var first = new FirstOffsets(consumer, group);
      var opened = new KafkaLog(consumer, producers, first, namesakes, source);
      log = opened;
      lane =
          new Lane<>(
              laneSettings(bounds),
              new Lane.Ports<>(
                  opened,
                  pool,
                  deadRecords,
                  probation,
                  System::nanoTime,
                  () -> ThreadLocalRandom.current().nextDouble(),
                  deferrals));
      consumer.subscribe(List.of(topic), opened);
      turn(lane, opened);
    } finally {
      connections = null;
      // callbacks run in here: what is settled is committed, the partitions are let go in order
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(10)));
      var last = lane == null ? null : lane.stats();
      stats = null;
      log = null;
      unreadable = Map.of();
      totals = totals.plus(last);
    }
  }

  private LaneSettings laneSettings(InFlightBounds bounds) {
    var options = placement.options();
    var defaults = LaneSettings.of(options);
    return new LaneSettings(
        options.withConcurrency(concurrency).withLimits(bounds.forLane()),
        config.tuning().commit(),
        defaults.spanMax(),
        config.timing().revoke(),
        defaults.crashesAloneMax());
  }

  private void turn(
      Lane<ConsumerRecord<byte[], byte[]>, List<ProducerRecord<byte[], byte[]>>> lane,
      KafkaLog of) {
    var lastStats = System.nanoTime() - STATS_EVERY_NANOS;
    while (!isStopping()) {
      lane.runOnce();
      if (System.nanoTime() - lastStats >= STATS_EVERY_NANOS) {
        lastStats = System.nanoTime();
        stats = lane.stats();
        unreadable = of.stopped();
        trouble = "";
      }
    }
    of.stopping();
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

  /// Partitions that Kafka can't serve as they are, and why; the lane's own are in its stats.
  Map<Integer, String> unreadable() {
    return unreadable;
  }

  /// What holds this lane up, in words; empty when nothing does.
  String trouble() {
    if (!trouble.isEmpty()) return trouble;
    var sockets = connections;
    if (sockets != null && sockets.areGone()) {
      return "no connection to a broker at "
          + config.kafka().get("bootstrap.servers")
          + "; waiting for it to come back";
    }
    var open = log;
    return open == null ? "" : open.trouble();
  }
}
