package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.reading.PassedOver;
import dev.phaseline.streams.StateChanges;
import dev.phaseline.streams.ThreadFailures;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.state.HostInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A tracker: reads the topics of all pipelines of a namespace and knows how every job stands,
/// together with all other trackers of the namespace.
///
/// ```java
/// var config = TrackerConfig.of("server-1", Map.of("bootstrap.servers", "127.0.0.1:9092"), folder);
/// try (var tracker = Tracker.start(config, InFlight.UNKNOWN)) {
///   tracker.awaitReady(Duration.ofMinutes(1));
///   tracker.status().job("order-17").ifPresent(System.out::println);
/// }
/// ```
///
/// Guarantees: what it counts equals a recount of the topics, whatever is killed and whenever; it
/// writes nothing into the topics of the work; for each end of a job there is one record in
/// `<ns>.jobs` ([dev.phaseline.schemas.JobEnd]), as seen by readers with
/// `isolation.level=read_committed`.
///
/// It survives brokers that are away; what won't mend by itself ends it, and its state tells.
///
/// Thread-safe.
public final class Tracker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Tracker.class);
  private static final Duration LOOK_MAX = Duration.ofSeconds(10);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(30);
  private static final Duration START_CLOSE_MAX = Duration.ofSeconds(5);

  private final TrackerConfig config;
  private final KafkaStreams streams;
  private final PeerServer server;
  private final HttpClient http;
  private final StatusSource status;
  private final InFlight inFlight;
  private final TopicIds ids;
  private final Admin admin;
  private final RestoreProgress progress = new RestoreProgress();
  private final ThreadFailures<TrackerException> failures;
  private final StateChanges changes = new StateChanges();
  private final PassedOver passed = new PassedOver(Tracker::sayPassedOver);

  private Tracker(TrackerConfig config, PeerServer server, InFlight inFlight) {
    this.config = config;
    this.failures = new ThreadFailures<>(config.begin().service(), TrackerException::new);
    this.server = server;
    this.inFlight = inFlight;
    Map<Integer, PhaseBooks> phases = new ConcurrentHashMap<>();
    this.ids = new TopicIds(this::topicIds);
    var setting =
        new BooksProcessor.Setting(
            config.tuning().retention(), TrackerTopology.PARTITIONS, config.clock(), phases, ids);
    this.streams = streams(config, setting, server.port(), passed);
    this.admin = config.begin().admin("topics");
    ids.start();
    this.http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    var self = new HostInfo(config.tuning().listen().host(), server.port());
    var access = new StreamsAccess(streams, phases, self, this::readiness, http, config.clock());
    this.status =
        new MergedStatus(
            access, this::state, passed, new StatusViews(config.names(), inFlight), config.clock());
    streams.setGlobalStateRestoreListener(progress);
    streams.setUncaughtExceptionHandler(failures);
    streams.setStateListener((now, before) -> changes.happened());
    server.serve(access::local);
  }

  /// Checks that it can start, and starts. Returns before it can answer, see [#awaitReady].
  ///
  /// @param inFlight what workers report; is closed with the tracker, and when it can't start
  /// @throws TrackerException naming what is wrong and the remedy: no broker answers, a topic is
  ///   missing, the folder or the address can't be used
  public static Tracker start(TrackerConfig config, InFlight inFlight) {
    try {
      return started(config, inFlight);
    } catch (RuntimeException failed) {
      inFlight.close();
      throw failed;
    }
  }

  private static Tracker started(TrackerConfig config, InFlight inFlight) {
    var begin = config.begin();
    begin.makeFolder();
    new TrackerStartCheck(config, begin).check();
    try {
      return begin.overSoundState(config.names().tracker(), () -> opened(config, inFlight));
    } catch (RuntimeException failed) {
      if (failed instanceof TrackerException said) throw said;
      throw begin.failed(failed);
    }
  }

  private static Tracker opened(TrackerConfig config, InFlight inFlight) {
    var server = PeerServer.open(config.tuning().listen());
    try {
      var tracker = new Tracker(config, server, inFlight);
      try {
        tracker.streams.start();
        return tracker;
      } catch (RuntimeException failed) {
        tracker.streams.close(START_CLOSE_MAX); // it holds the folder
        tracker.ids.close();
        tracker.admin.close(START_CLOSE_MAX);
        tracker.http.close();
        throw failed;
      }
    } catch (RuntimeException failed) {
      server.close();
      throw failed;
    }
  }

  private static KafkaStreams streams(
      TrackerConfig config, BooksProcessor.Setting setting, int port, PassedOver passed) {
    var topology = new TrackerTopology(config.names(), setting).build();
    var values = new SparedValues(config.names().tracker());
    var clients = RestartingConsumer.supplier(values, setting.ids(), passed);
    return config.begin().streams(topology, TrackerSettings.of(config, port), clients);
  }

  private static boolean sayPassedOver(TopicPartition partition, long offset, String why) {
    LOG.error(
        "the record at offset {} of {} can't be read and is not counted: {}",
        offset,
        partition,
        why);
    return true;
  }

  private Map<String, Uuid> topicIds() {
    try {
      return admin.listTopics().listings().get(LOOK_MAX.toSeconds(), TimeUnit.SECONDS).stream()
          .collect(Collectors.toUnmodifiableMap(TopicListing::name, TopicListing::topicId));
    } catch (ExecutionException | TimeoutException noAnswer) {
      throw new KafkaException("the topics can't be listed", noAnswer);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while listing topics", stop);
    }
  }

  /// Tells how everything stands. The same for all callers.
  public StatusSource status() {
    return status;
  }

  /// Lifecycle state.
  public TrackerState state() {
    var state = readiness();
    return state instanceof TrackerState.Ready ? new TrackerState.Ready(behind()) : state;
  }

  /// Without how far it is behind: that is a look at all metrics, too dear for each question.
  private TrackerState readiness() {
    var failed = failures.last();
    if (failed.isPresent()) {
      return new TrackerState.Failed(String.valueOf(failed.get().getMessage()));
    }
    return switch (streams.state()) {
      case CREATED, REBALANCING -> progress.state();
      case RUNNING -> new TrackerState.Ready(0);
      case PENDING_ERROR, ERROR -> new TrackerState.Failed("the tracker ended after an error");
      case PENDING_SHUTDOWN, NOT_RUNNING -> new TrackerState.Failed("the tracker was closed");
    };
  }

  /// Lag of its consumers, by their own metrics.
  private long behind() {
    var behind = 0.0;
    for (var metric : streams.metrics().entrySet()) {
      var name = metric.getKey();
      if (!name.name().equals("records-lag") || name.tags().get("partition") == null) continue;
      if (metric.getValue().metricValue() instanceof Double lag && lag > 0) behind += lag;
    }
    return (long) behind;
  }

  /// The reason why it can't go on, if it can't.
  public Optional<TrackerException> failure() {
    return failures.last();
  }

  /// Waits until it can answer. When partitions are shared out again at that moment, it waits for
  /// that too.
  ///
  /// @return whether it can; false also when it failed or was closed
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    return changes.awaitWhile(atMost, this::readiness, TrackerState.Restoring.class::isInstance)
        instanceof TrackerState.Ready;
  }

  /// Commits what it has read and hands its partitions over. Waits for it, at most 30 seconds.
  /// Idempotent.
  @Override
  public void close() {
    failures.close();
    var options =
        CloseOptions.timeout(CLOSE_MAX)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP);
    if (!streams.close(options)) {
      LOG.warn(
          "the tracker {} did not stop within {} s and is left to itself",
          config.name(),
          CLOSE_MAX.toSeconds());
    }
    ids.close();
    admin.close(Duration.ZERO);
    server.close();
    http.close();
    inFlight.close();
  }
}
