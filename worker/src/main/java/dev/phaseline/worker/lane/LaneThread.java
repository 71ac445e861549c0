package dev.phaseline.worker.lane;

import static org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation.LEAVE_GROUP;

import dev.phaseline.core.engine.Lane;
import dev.phaseline.core.engine.Ports;
import dev.phaseline.core.engine.TrialGate;
import dev.phaseline.schemas.RightsCheck;
import dev.phaseline.schemas.reading.GuardedConsumer;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.WorkerException;
import dev.phaseline.worker.client.Connections;
import dev.phaseline.worker.client.LaneIds;
import dev.phaseline.worker.client.MetadataUpdates;
import dev.phaseline.worker.control.StandingOrders;
import dev.phaseline.worker.group.AssignmentCheck;
import dev.phaseline.worker.group.FencingDiagnosis;
import dev.phaseline.worker.group.GroupMembers;
import dev.phaseline.worker.item.HandlerThreads;
import dev.phaseline.worker.kafka.FirstOffsets;
import dev.phaseline.worker.kafka.KafkaLog;
import dev.phaseline.worker.kafka.LaneFailures;
import dev.phaseline.worker.kafka.LaneSinks;
import dev.phaseline.worker.kafka.ProducerRing;
import dev.phaseline.worker.takeover.TakeoverWatch;
import dev.phaseline.worker.telemetry.ClientMeters;
import dev.phaseline.worker.telemetry.LaneObserver;
import dev.phaseline.worker.telemetry.LaneReport;
import dev.phaseline.worker.telemetry.LaneState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that owns a lane: it makes the clients, turns the loop, and makes everything anew
/// when the clients can't go on. What it can't mend ends it, and the worker with it.
public final class LaneThread implements Runnable, LaneState {
  private static final Logger LOG = LoggerFactory.getLogger(LaneThread.class);
  private static final Duration RESTART_PAUSE_MAX = Duration.ofSeconds(10);
  private static final long DRAINED_LOOK_MS = 100;
  private static final Duration CLOSE = Duration.ofSeconds(10);
  private static final Duration NO_BROKER_CLOSE = Duration.ofSeconds(1);

  private final PhaseRuntime phase;
  private final WorkerConfig config;
  private final TrialGate trials;
  private final ClientMeters clients;
  private final TakeoverWatch takeovers;
  private final LaneObserver observer;
  private final GroupMembers groups;
  private final LaneSinks sinks;
  private final FencingDiagnosis namesakes;
  private final String name;
  private final String instance;
  private final Thread thread;
  private final LaneReport report;
  private final LanePermits permits;
  private final VersionTurns turns;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile StandingOrders obeyed = StandingOrders.NONE;
  private volatile @Nullable HandlerThreads handlers;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable KafkaLog log;
  private volatile @Nullable Connections connections;

  /// A lane, not started.
  ///
  /// @param number the lane's, from 0, among those of its phase
  public LaneThread(PhaseRuntime phase, int number, WorkerParts shared) {
    this.phase = phase;
    this.config = phase.config();
    this.trials = shared.trials();
    this.clients = shared.meters().clients();
    this.takeovers = shared.takeovers();
    this.observer = shared.meters().observer(phase.placement());
    this.name = LaneIds.lane(phase.topic(), config.server(), number);
    this.instance = LaneIds.instance(config.server(), number);
    this.groups = shared.groups();
    this.sinks = shared.sinks();
    this.namesakes = new FencingDiagnosis(config.server(), name, groups);
    this.report = new LaneReport(phase.placement().phase());
    this.permits = new LanePermits(phase.placement(), number);
    this.turns = phase.turns(shared.peers());
    this.thread = Thread.ofPlatform().name("lane-" + name).unstarted(this);
  }

  public void start() {
    thread.start();
  }

  /// Asks the lane to finish what has started and to end.
  public void stop() {
    stopping.countDown();
    var open = log;
    if (open != null) open.stopping(); // it may be waiting for a broker right now
    wake();
  }

  /// Wakes the lane for a change: one that may fetch nothing waits outside of Kafka. Any thread.
  public void wake() {
    LockSupport.unpark(thread);
  }

  /// Waits for the end.
  ///
  /// @return whether it came in time
  public boolean join(Duration wait) throws InterruptedException {
    return thread.join(wait);
  }

  @Override
  public Placement placement() {
    return phase.placement();
  }

  @Override
  public @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void run() {
    var restarts = 0;
    while (!isStoppingOrAwaitedWhileOut()) {
      var startedNanos = System.nanoTime();
      try {
        runWithClients();
      } catch (InterruptException interrupted) {
        return;
      } catch (KafkaException lost) {
        var cause = LaneFailures.beyondRepair(lost, config.kafka(), name);
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
    report.trouble(String.valueOf(cause.getMessage()));
    failure = cause; // only now: who sees it finds in the status why
    var trace =
        cause instanceof WorkerException ? null : cause; // that one says all there is to say
    LOG.error("lane {} has ended: {}", name, cause.getMessage(), trace);
  }

  /// @return whether the lane was asked to stop meanwhile
  private boolean pausedBeforeRestart(int restarts, KafkaException lost) {
    var pause = Duration.ofMillis(Math.min(100L << Math.min(restarts, 7), 10_000));
    var trouble = lost.getClass().getSimpleName() + ": " + lost.getMessage();
    report.trouble(trouble);
    LOG.warn("lane {} starts again in {} ms: {}", name, pause.toMillis(), trouble);
    return stopsWithin(pause.toMillis());
  }

  private boolean stopsWithin(long millis) {
    try {
      return stopping.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void runWithClients() {
    var items = phase.items();
    var pool =
        new HandlerThreads(
            "handler-" + topic(),
            permits(),
            placement().options().limits().inFlightBytesMax(),
            report.noting(items.runner()),
            (attempt, result, startNanos, endNanos) -> {
              observer.took(attempt, result, startNanos, endNanos);
              permits.took(attempt, result, startNanos, endNanos);
            },
            items.spans());
    handlers = pool;
    try (var producers = new ProducerRing(config, name, clients);
        pool) {
      runWithClients(producers, pool, items);
    }
  }

  private void runWithClients(
      ProducerRing producers, HandlerThreads pool, PhaseRuntime.Items items) {
    var settings = phase.consumer(name);
    settings.putIfAbsent(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
    var instanceId = settings.get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG).toString();
    var updates = new MetadataUpdates();
    var consumer = new GuardedConsumer(settings, updates, this::stopAt);
    var sockets = new Connections(consumer.metrics());
    connections = sockets;
    var bound = clients.bind(consumer);
    Lane lane = null;
    try {
      var source =
          new KafkaLog.LaneSource(
              topic(),
              phase.bounds().portionBytes(),
              sockets,
              denied -> RightsCheck.words(denied, config.kafka(), "WRITE", name),
              () -> takeovers.cameTo(placement()),
              phase.guard(updates::count),
              phase::lookAtTopics);
      var first = new FirstOffsets(consumer, phase.group());
      var check = new AssignmentCheck(config.tuning().protocol(), groups);
      var opened = new KafkaLog(consumer, producers, first, check, namesakes, source, observer);
      log = opened;
      lane =
          new Lane(
              phase.settings(),
              new Ports(
                  new Ports.Log(opened, sinks.of(name, opened, consumer), opened),
                  pool,
                  items.dead(),
                  trials,
                  System::nanoTime,
                  () -> ThreadLocalRandom.current().nextDouble(),
                  items.deferrals()));
      obey(phase.orders(), lane, pool);
      namesakes.makeRoom(phase.group(), instanceId);
      consumer.subscribe(List.of(topic()), opened);
      turn(lane, opened, pool);
    } finally {
      connections = null;
      ClientMeters.close(bound);
      // callbacks run in here, and the lane leaves for good: what is settled is committed, the
      // partitions are let go in order
      var open = log;
      var patience = open != null && open.isHopeless() ? NO_BROKER_CLOSE : CLOSE;
      namesakes.knows(consumer.groupMetadata());
      consumer.close(CloseOptions.timeout(patience).withGroupMembershipOperation(LEAVE_GROUP));
      var last = lane == null ? null : lane.stats();
      if (lane != null) lane.abandon();
      report.ended(last);
      log = null;
    }
  }

  /// Skips nothing: the partition is stopped in front of a record that can't be read.
  private boolean stopAt(TopicPartition partition, long offset, String why) {
    var open = log;
    if (open != null) open.unreadable(partition, offset, why);
    return false;
  }

  private void turn(Lane lane, KafkaLog of, HandlerThreads pool) {
    report.begins();
    turns.begin();
    while (!isStopping() && !obeyed.isDrained() && !turns.isAway(System.nanoTime())) {
      obey(lane, pool);
      lane.runOnce();
      if (report.wantsStats()) {
        var stats = lane.stats();
        report.turned(stats);
        if (turns.look(System.nanoTime(), stats, obeyed)) obey(obeyed, lane, pool);
        report.unreadable(of.stopped());
        report.trouble("");
        if (permits.tune(System.nanoTime())) pool.concurrency(permits());
      }
      if (report.wantsPositions()) report.at(of.positions());
    }
    drain(lane, of, pool);
    report.turned(lane.stats());
  }

  /// Waits until running items have ended. A process that stops waits for that as long as it was
  /// told; one that is drained waits for as long as handlers may take.
  private void drain(Lane lane, KafkaLog of, HandlerThreads pool) {
    lane.drain();
    while (!isStopping() && !lane.isDrained()) {
      obey(lane, pool);
      lane.runOnce();
      report.turned(lane.stats());
    }
    if (!isStopping()) return;
    of.stopping();
    var deadline = System.nanoTime() + config.timing().stop().toNanos();
    while (!lane.isDrained() && deadline - System.nanoTime() > 0) lane.runOnce();
  }

  /// Follows what operators have said since the last turn.
  @SuppressWarnings("ReferenceEquality") // every turn: a hundred thousand jobs are not compared
  private void obey(Lane lane, HandlerThreads pool) {
    var now = phase.orders();
    if (now != obeyed) obey(now, lane, pool);
  }

  private void obey(StandingOrders now, Lane lane, HandlerThreads pool) {
    permits.obey(now);
    pool.concurrency(permits.of(now));
    lane.obey(phase.forLane(now, turns.isWindingDown()));
    obeyed = now; // only now: who reads it may rely on it
  }

  /// A lane that is drained or has stepped back has no clients; it waits for its time, or the end.
  private boolean isStoppingOrAwaitedWhileOut() {
    while (!isStopping()) {
      var now = phase.orders();
      if (!now.isDrained() && !turns.isAway(System.nanoTime())) return false;
      obeyed = now;
      report.trouble(now.isDrained() ? "" : turns.words());
      report.turned();
      if (stopsWithin(DRAINED_LOOK_MS)) return true;
    }
    return true;
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  @Override
  public String topic() {
    return phase.topic();
  }

  /// Settings in force for this lane: nothing that these forbid starts any more.
  public StandingOrders orders() {
    return obeyed;
  }

  /// The number of this lane's handlers that may run at once.
  public int permits() {
    return permits.of(obeyed);
  }

  /// Whether it finds that number itself.
  public boolean findsPermits() {
    return permits.isFound(obeyed);
  }

  /// Attempts that have been running longest.
  public List<HandlerThreads.InFlight> eldest(int max) {
    var pool = handlers;
    return pool == null ? List.of() : pool.eldest(max);
  }

  @Override
  public LaneReport report() {
    return report;
  }

  @Override
  public int running() {
    var pool = handlers;
    return pool == null ? 0 : pool.running();
  }

  @Override
  public int hung() {
    var pool = handlers;
    return pool == null ? 0 : pool.hung();
  }

  /// Its turns among servers that have other versions of its pipeline.
  public VersionTurns turns() {
    return turns;
  }

  /// Problem of key order in its topic, in words; empty when none is known.
  public String keyOrder() {
    return phase.keyOrder();
  }

  @Override
  public String trouble() {
    if (!report.trouble().isEmpty()) return report.trouble();
    var sockets = connections;
    if (sockets != null && sockets.areGone()) {
      return "no connection to a broker at "
          + config.kafka().get("bootstrap.servers")
          + "; waiting for it to come back";
    }
    var unfit = phase.topicTrouble();
    if (!unfit.isEmpty()) return unfit;
    var open = log;
    var its = open == null ? "" : open.trouble();
    return its.isEmpty() ? report.hidden() : its;
  }
}
