package dev.phaseline.scheduler;

import dev.phaseline.schemas.reading.GuardedConsumer;
import dev.phaseline.schemas.reading.UnreadableRecords;
import dev.phaseline.streams.StateChanges;
import dev.phaseline.streams.ThreadFailures;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A scheduler: fires the timers of `<ns>.timers` and runs the schedules of `<ns>.schedules`,
/// shared with all others of its namespace.
///
/// ```java
/// var config = TimerConfig.of("server-1", Map.of("bootstrap.servers", "127.0.0.1:9092"), folder);
/// try (var scheduler = TimerService.start(config)) {
///   scheduler.awaitRunning(Duration.ofMinutes(1));
/// }
/// ```
///
/// Guarantees: each timer fires once, whatever is killed and whenever, as seen by readers with
/// `isolation.level=read_committed`; never before it is due by this machine's clock; those of one
/// partition that are due at the same look in the order of their times. What can't be fired is in
/// `<ns>.timers.dead`. The record format is [dev.phaseline.schemas.TimerRecords].
///
/// It survives brokers that are away; what won't mend by itself ends it, and [#failure] tells.
///
/// Thread-safe.
public final class TimerService implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TimerService.class);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(30);

  private final TimerConfig config;
  private final ClusterTopics topics;
  private final SchedulerCounts tally;
  private final ScheduleCounts schedules;
  private final KafkaStreams streams;
  private final TimerMeters meters;
  private final ScheduleMeters scheduleMeters;
  private final ThreadFailures<SchedulerException> failures;
  private final StateChanges changes = new StateChanges();

  /// Lifecycle state of a scheduler.
  public enum State {
    /// Partitions are being shared out, or timers read: none of its timers fires meanwhile.
    STARTING,
    /// Timers fire.
    RUNNING,
    /// Failed for good; see [TimerService#failure].
    FAILED,
    /// Closed.
    CLOSED
  }

  private TimerService(
      TimerConfig config,
      ClusterTopics topics,
      SchedulerCounts tally,
      ScheduleCounts schedules,
      KafkaStreams streams) {
    this.config = config;
    this.topics = topics;
    this.tally = tally;
    this.schedules = schedules;
    this.streams = streams;
    this.failures = new ThreadFailures<>(config.begin().service(), SchedulerException::new);
    this.meters = new TimerMeters(config.meters(), tally, streams, () -> state() == State.RUNNING);
    this.scheduleMeters = new ScheduleMeters(config.meters(), schedules);
  }

  /// Checks that it can start, and starts. Returns before the first timer fires, see
  /// [#awaitRunning].
  ///
  /// @throws SchedulerException naming what is wrong and the remedy: no broker answers, a topic is
  ///   missing, the folder can't be used
  public static TimerService start(TimerConfig config) {
    var begin = config.begin();
    begin.makeFolder();
    var topics = new ClusterTopics(begin.admin("topics"));
    try {
      var check = new SchedulerStartCheck(config, begin, topics.admin());
      check.check();
      var lost = check.lost();
      return begin.overSoundState(config.names().scheduler(), () -> started(config, topics, lost));
    } catch (RuntimeException failed) {
      topics.close();
      if (failed instanceof SchedulerException said) throw said;
      throw begin.failed(failed);
    }
  }

  private static TimerService started(TimerConfig config, ClusterTopics topics, long lost) {
    var tally = new SchedulerCounts(lost);
    if (lost > 0) {
      LOG.error(
          "up to {} records of topic {} were deleted before a scheduler had read them: those timers"
              + " are lost. No scheduler ran for longer than the topic's retention; see"
              + " docs/timers.md",
          lost,
          config.names().timers());
    }
    var schedules = new ScheduleCounts();
    var inputs = new ClusterInputs(topics.admin());
    var topology = topology(config, topics, inputs, tally, schedules);
    var clients = new Clients(tally, inputs);
    var streams = config.begin().streams(topology, StreamsSettings.of(config), clients);
    var service = new TimerService(config, topics, tally, schedules, streams);
    streams.setUncaughtExceptionHandler(service.failures);
    streams.setStateListener((now, before) -> service.changes.happened());
    try {
      streams.start();
    } catch (RuntimeException failed) {
      streams.close(Duration.ofSeconds(5));
      service.meters.close();
      service.scheduleMeters.close();
      throw failed;
    }
    return service;
  }

  private static Topology topology(
      TimerConfig config,
      ClusterTopics topics,
      Inputs inputs,
      SchedulerCounts tally,
      ScheduleCounts schedules) {
    var names = config.names();
    var clock = config.clock();
    var timers = new TimerParts(names, topics, clock, config.tuning().remember(), inputs, tally);
    var topology = new TimerTopology(timers).build();
    var trackers = new GroupWatch(topics.admin(), names.tracker());
    new ScheduleTopology(new ScheduleParts(names, topics, clock, inputs, trackers, schedules))
        .addTo(topology);
    return topology;
  }

  /// Kafka Streams' clients but for those that read its inputs, which pass over what can't be read
  /// and tell where they are.
  private static final class Clients extends DefaultKafkaClientSupplier {
    private final SchedulerCounts tally;
    private final ClusterInputs inputs;

    Clients(SchedulerCounts tally, ClusterInputs inputs) {
      this.tally = tally;
      this.inputs = inputs;
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> settings) {
      return new TellingConsumer(settings, tally.unreadable, inputs);
    }
  }

  /// Consumer that tells its positions after each poll.
  private static final class TellingConsumer extends GuardedConsumer {
    private final ClusterInputs inputs;

    TellingConsumer(Map<String, Object> settings, UnreadableRecords policy, ClusterInputs inputs) {
      super(settings, policy);
      this.inputs = inputs;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      var records = super.poll(timeout);
      inputs.polled(this, records);
      return records;
    }
  }

  /// Lifecycle state.
  public State state() {
    if (failures.last().isPresent()) return State.FAILED;
    return switch (streams.state()) {
      case CREATED, REBALANCING -> State.STARTING;
      case RUNNING -> State.RUNNING;
      case PENDING_ERROR, ERROR -> State.FAILED;
      case PENDING_SHUTDOWN, NOT_RUNNING -> State.CLOSED;
    };
  }

  /// The failure for which it can't go on, if there is one.
  public Optional<SchedulerException> failure() {
    return failures.last();
  }

  /// Counts since its start.
  public TimerMetrics metrics() {
    return tally.snapshot();
  }

  /// Counts of schedules since its start.
  public ScheduleMetrics scheduleMetrics() {
    return schedules.snapshot();
  }

  /// Waits until it has its partitions and has read their timers. When partitions are shared out
  /// again at that moment, it waits for that too.
  ///
  /// @return whether it is running; false also when it failed or was closed
  public boolean awaitRunning(Duration atMost) throws InterruptedException {
    return changes.awaitWhile(atMost, this::state, State.STARTING::equals) == State.RUNNING;
  }

  /// Commits what it has done and hands the partitions over. Waits for it, at most 30 seconds.
  /// Idempotent.
  @Override
  public void close() {
    failures.close();
    var options =
        CloseOptions.timeout(CLOSE_MAX)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
    if (!streams.close(options)) {
      LOG.warn(
          "the scheduler {} did not stop within {} s and is abandoned; the next owner of its"
              + " partitions continues its work",
          config.name(),
          CLOSE_MAX.toSeconds());
    }
    topics.close();
    meters.close();
    scheduleMeters.close();
  }
}
