package dev.phaseline.worker.lane;

import dev.phaseline.core.engine.Deferrals;
import dev.phaseline.core.engine.LaneOrders;
import dev.phaseline.core.engine.LaneSettings;
import dev.phaseline.core.run.PhaseProgram;
import dev.phaseline.core.run.VersionedProgram;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.WorkerConfig;
import dev.phaseline.worker.client.ClientSettings;
import dev.phaseline.worker.control.OrderBook;
import dev.phaseline.worker.control.StandingOrders;
import dev.phaseline.worker.control.VersionPeers;
import dev.phaseline.worker.item.AttemptHistory;
import dev.phaseline.worker.item.CancelledRecords;
import dev.phaseline.worker.item.DeadRecords;
import dev.phaseline.worker.item.DeferredRecords;
import dev.phaseline.worker.item.ItemRunner;
import dev.phaseline.worker.item.LaneSpans;
import dev.phaseline.worker.item.PhaseMark;
import dev.phaseline.worker.item.PipelineTopics;
import dev.phaseline.worker.topic.TopicFacts;
import dev.phaseline.worker.topic.TopicGuard;
import dev.phaseline.worker.topic.TopicWatch;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Everything that one phase on one server needs, made once and used by all its lanes: its program,
/// its names, its limits, what operators have set for it, and the writers of its records. A lane
/// adds its clients and the loop ([LaneThread]).
///
/// Thread-safe.
public final class PhaseRuntime {
  private final WorkerConfig config;
  private final Placement placement;
  private final OrderBook book;
  private final TopicWatch topics;
  private final String topic;
  private final String group;
  private final List<String> touched;
  private final InFlightBounds bounds;
  private final LaneSettings settings;
  private final InstantSource clock = InstantSource.system();
  private final VersionedProgram program;
  private final AttemptHistory history;

  /// The parts that carry items through the handler, from the time when a lane's clients are made
  /// until they are closed.
  ///
  /// @param runner for each attempt
  /// @param dead writer of dead letters
  /// @param deferrals writer of timers, where a timer service runs
  /// @param spans null when there are none
  record Items(
      ItemRunner runner, DeadRecords dead, Deferrals deferrals, @Nullable LaneSpans spans) {}

  /// The runtime of a phase.
  ///
  /// @param topics the watch over the worker's topics
  /// @param book operators' settings
  public PhaseRuntime(WorkerConfig config, Placement placement, TopicWatch topics, OrderBook book) {
    var pipeline = placement.pipeline();
    this.config = config;
    this.placement = placement;
    this.topics = topics;
    this.book = book;
    this.topic = config.topics().phase(pipeline.name(), placement.phase());
    this.group = config.topics().group(pipeline.name(), placement.phase());
    this.touched = TopicFacts.of(pipeline, config.topics());
    this.bounds = InFlightBounds.of(placement.options().limits());
    this.settings = laneSettings(config, placement, bounds);
    this.program =
        VersionedProgram.of(
            pipeline,
            placement.phase(),
            new PhaseProgram.Setting(
                placement.options().limits(),
                new PipelineTopics(config.topics(), pipeline),
                clock));
    this.history = new AttemptHistory(config.server(), clock, System::nanoTime);
  }

  private static LaneSettings laneSettings(
      WorkerConfig config, Placement placement, InFlightBounds bounds) {
    var options = placement.options();
    var defaults = LaneSettings.of(options);
    return new LaneSettings(
        options.withLimits(bounds.forLane()),
        commit(config.tuning().commit()),
        defaults.spanMax(),
        config.timing().revoke(),
        defaults.trials());
  }

  static LaneSettings.Commit commit(WorkerConfig.Commit rule) {
    return new LaneSettings.Commit(rule.itemsMax(), rule.bytesMax(), rule.linger());
  }

  WorkerConfig config() {
    return config;
  }

  Placement placement() {
    return placement;
  }

  /// The topic that its lanes read.
  String topic() {
    return topic;
  }

  /// The consumer group of its lanes.
  String group() {
    return group;
  }

  /// Limits of what a lane holds.
  InFlightBounds bounds() {
    return bounds;
  }

  /// Settings of the engine in each lane.
  LaneSettings settings() {
    return settings;
  }

  /// Settings of a lane's consumer.
  Map<String, Object> consumer(String clientId) {
    return ClientSettings.consumer(config, group, clientId, bounds.portionItems());
  }

  /// The operators' settings for this phase; the same object until they change.
  StandingOrders orders() {
    return book.of(placement);
  }

  /// Turns of one of its lanes, new.
  VersionTurns turns(VersionPeers peers) {
    return new VersionTurns(
        placement.pipeline().name(),
        program.served(),
        () -> peers.of(placement),
        () -> ThreadLocalRandom.current().nextDouble());
  }

  /// These orders as a lane's engine takes them.
  ///
  /// @param windingDown whether the lane starts nothing because it is about to step back
  LaneOrders forLane(StandingOrders orders, boolean windingDown) {
    var cancelled = orders.cancelled();
    return new LaneOrders(
        orders.isPaused() || windingDown,
        cancelled.isEmpty() ? null : new CancelledRecords(placement, config.topics(), cancelled));
  }

  /// The parts for items, new for each time that a lane makes its clients.
  Items items() {
    // OpenTelemetry need not be there: the class is not met unless it is wanted
    var spans = config.telemetry().spans() == null ? null : LaneSpans.of(config, placement);
    var mark = new PhaseMark(placement.phase(), program.unnamed());
    var dead = new DeadRecords(placement, mark, config.topics(), history, spans);
    var runner =
        new ItemRunner(
            placement, program, config, clock, new ItemRunner.Parts(topics, dead, history, spans));
    var deferrals =
        config.timers()
            ? new DeferredRecords(mark, config.topics(), topics, clock, history, spans)
            : Deferrals.none();
    return new Items(runner, dead, deferrals, spans);
  }

  /// A guard of the topic's identity for one consumer.
  ///
  /// @param updates how often the consumer's metadata has been updated
  TopicGuard guard(LongSupplier updates) {
    return new TopicGuard(topic, () -> topics.idOf(topic), updates);
  }

  /// Starts a new look at the topics at once; does not wait.
  void lookAtTopics() {
    topics.lookNow();
  }

  /// Problem of a topic that lanes of the pipeline read or write, in words; empty when there is
  /// none.
  String topicTrouble() {
    return topics.trouble(touched);
  }

  /// Problem of key order in the phase's topic, in words; empty when none is known.
  String keyOrder() {
    return topics.keysOf(topic).words(System.nanoTime());
  }
}
