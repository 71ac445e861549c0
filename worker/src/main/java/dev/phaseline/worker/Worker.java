package dev.phaseline.worker;

import dev.phaseline.core.engine.TrialGate;
import dev.phaseline.worker.control.ControlThread;
import dev.phaseline.worker.control.OrderBook;
import dev.phaseline.worker.control.VersionPeers;
import dev.phaseline.worker.group.GroupMembers;
import dev.phaseline.worker.kafka.LaneSinks;
import dev.phaseline.worker.lane.LaneThread;
import dev.phaseline.worker.lane.PhaseRuntime;
import dev.phaseline.worker.lane.WorkerParts;
import dev.phaseline.worker.takeover.HiddenRecords;
import dev.phaseline.worker.takeover.TakeoverWatch;
import dev.phaseline.worker.telemetry.WorkerMeters;
import dev.phaseline.worker.topic.TopicLimits;
import dev.phaseline.worker.topic.TopicWatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs phases: for each placement its lanes, each a thread of its own.
///
/// Exactly once means: every item's result (its next item, its children, its `done` record or its
/// dead letter) is published once, in the transaction that moves its offset, whatever is killed and
/// whenever. Handlers may run more than once for an item.
///
/// Thread-safe. Closing is idempotent.
public final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final Duration CLIENTS_CLOSE = Duration.ofSeconds(18);
  private static final Duration CONTROL_CLOSE = Duration.ofSeconds(8);
  private static final Duration TAKEOVERS_CLOSE = Duration.ofSeconds(2);

  /// For what only tells of the end, when the lanes have used up the time: their threads are
  /// daemons, and nobody waits for a broker that is gone.
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  private final WorkerConfig config;
  private final List<LaneThread> lanes;
  private final ControlThread control;
  private final Watches watches;
  private final GroupMembers groups;
  private final WorkerMeters meters;
  private final List<StateWatch> listeners = new CopyOnWriteArrayList<>();
  private final CountDownLatch lanesEnded = new CountDownLatch(1);

  /// Watches over brokers beside the lanes, each on a thread of its own.
  ///
  /// @param takeovers what workers have left open
  /// @param hidden what can't be read although it is there
  /// @param topics what the topics are like
  /// @param peers what versions other workers have
  private record Watches(
      TakeoverWatch takeovers, HiddenRecords hidden, TopicWatch topics, VersionPeers peers) {
    void stop() {
      peers.stop();
      takeovers.stop();
      hidden.stop();
    }
  }

  private Worker(
      WorkerConfig config,
      List<LaneThread> lanes,
      ControlThread control,
      Watches watches,
      GroupMembers groups,
      WorkerMeters meters) {
    this.config = config;
    this.watches = watches;
    this.groups = groups;
    this.meters = meters;
    this.lanes = List.copyOf(lanes);
    this.control = control;
  }

  /// Checks the broker and the topics, reads what operators have said, then starts every lane.
  ///
  /// @throws WorkerException when something is wrong, all problems at once, nothing started
  /// @throws IllegalArgumentException when nothing is to be run or a phase is placed twice
  public static Worker start(WorkerConfig config, List<Placement> placements) {
    return start(config, placements, LaneSinks.TRANSACTIONS);
  }

  /// Starts with another choice of sinks. Not public, so that no user can give up exactly-once.
  static Worker start(WorkerConfig config, List<Placement> placements, LaneSinks sinks) {
    if (placements.isEmpty()) throw new IllegalArgumentException("no phase to run");
    var seen = new HashMap<String, Placement>();
    for (var placement : placements) {
      var id = placement.pipeline().name() + "." + placement.phase();
      if (seen.put(id, placement) != null) {
        throw new IllegalArgumentException("phase " + id + " is placed twice");
      }
    }
    var topicLimits = new StartGate(config).check(placements);
    var book = new OrderBook(config.server(), placements);
    var control = new ControlThread(config, book);
    control.start();
    try {
      return start(config, placements, sinks, topicLimits, book, control);
    } catch (RuntimeException failed) {
      control.stop(); // it would listen on for a worker that there is not
      throw failed;
    }
  }

  private static Worker start(
      WorkerConfig config,
      List<Placement> placements,
      LaneSinks sinks,
      TopicLimits topicLimits,
      OrderBook book,
      ControlThread control) {
    var trials = new TrialGate();
    var meters = new WorkerMeters(config);
    meters.register(placements);
    var takeovers = new TakeoverWatch(config, placements, meters);
    var groups = new GroupMembers(config);
    var topics = new TopicWatch(config, topicLimits.messageBytesMax().keySet(), topicLimits);
    var peers = new VersionPeers(config);
    var shared = new WorkerParts(trials, meters, takeovers, groups, sinks, peers);
    var lanes = new ArrayList<LaneThread>();
    for (var placement : placements) {
      var phase = new PhaseRuntime(config, placement, topics, book);
      for (var i = 0; i < placement.lanes(); i++) lanes.add(new LaneThread(phase, i, shared));
    }
    book.onChange(() -> lanes.forEach(LaneThread::wake));
    meters.watch(lanes);
    takeovers.start();
    topics.start();
    peers.start();
    lanes.forEach(LaneThread::start);
    var hidden = new HiddenRecords(config, List.copyOf(lanes));
    hidden.start();
    LOG.info("worker {} runs {} lanes", config.server(), lanes.size());
    var self = new HeartbeatBuilder(config, lanes, meters);
    var watches = new Watches(takeovers, hidden, topics, peers);
    var worker = new Worker(config, lanes, control, watches, groups, meters);
    control.report(lags -> self.now(worker.status(), lags));
    return worker;
  }

  /// The reason why commands of operators (pause, drain, cancel) do not take effect here; empty
  /// when they do.
  public String controlProblem() {
    return control.trouble();
  }

  /// Status of each phase, in the order of the placements.
  public List<PhaseStatus> status() {
    var byPhase = new LinkedHashMap<String, List<LaneThread>>();
    for (var lane : lanes) {
      var id = lane.placement().pipeline().name() + "." + lane.placement().phase();
      byPhase.computeIfAbsent(id, _ -> new ArrayList<>()).add(lane);
    }
    return byPhase.values().stream().map(PhaseStatusBuilder::of).toList();
  }

  /// Calls a listener with the states of this worker and its phases as they are, and from now on
  /// whenever one changes, until the worker is closed. [#close()] waits up to a second for its last
  /// call. Any thread.
  public void listen(WorkerListener listener) {
    var watch =
        new StateWatch(
            config.server(), listener, this::status, () -> failure().isPresent(), lanesEnded);
    listeners.add(watch);
    watch.start();
  }

  /// The reason why the worker can't go on, if it can't: a lane with a failure that it could not
  /// mend.
  public Optional<Throwable> failure() {
    for (var lane : lanes) {
      var failure = lane.failure();
      if (failure != null) return Optional.of(failure);
    }
    return Optional.empty();
  }

  /// Stops: starts nothing more, waits for the handlers that run (at most the configured time),
  /// commits what is settled, lets the partitions go. What was complete is not run again by anyone.
  @Override
  public void close() {
    watches.stop();
    lanes.forEach(LaneThread::stop);
    var lanesEnd = System.nanoTime() + config.timing().stop().plus(CLIENTS_CLOSE).toNanos();
    var end = lanesEnd + LAST_WORDS.toNanos();
    try {
      awaitLanes(lanesEnd);
    } finally {
      lanesEnded.countDown();
      groups.close();
      watches.topics().stop(); // lanes ask it to their end
      control.stop();
    }
    try {
      control.join(left(end, CONTROL_CLOSE));
      watches.takeovers().join(left(end, TAKEOVERS_CLOSE));
      watches.hidden().join(left(end, TAKEOVERS_CLOSE));
      watches.topics().join(left(end, TAKEOVERS_CLOSE));
      watches.peers().join(left(end, TAKEOVERS_CLOSE));
      for (var each : listeners) each.join(left(end, LAST_WORDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Duration left(long endNanos, Duration atMost) {
    return Duration.ofNanos(Math.clamp(endNanos - System.nanoTime(), 1, atMost.toNanos()));
  }

  private void awaitLanes(long endNanos) {
    for (var lane : lanes) {
      try {
        var left = Duration.ofNanos(Math.max(1, endNanos - System.nanoTime()));
        if (!lane.join(left)) LOG.warn("a lane of {} did not end in time", lane.placement());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    meters.close();
  }
}
