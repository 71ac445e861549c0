package dev.phaseline.worker;

import dev.phaseline.core.engine.LaneSettings;
import dev.phaseline.schemas.ServerNames;
import dev.phaseline.schemas.TopicNames;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Configuration of a worker, apart from its placements. If it exists, it is valid.
public final class WorkerConfig {
  /// The times that a worker's steps may take.
  ///
  /// @param start until the broker has answered and every topic was found in order
  /// @param stop until handlers have finished after [Worker#close()]
  /// @param revoke until handlers have finished when a partition moves to another worker
  public record Timing(Duration start, Duration stop, Duration revoke) {
    /// 30 s to start, 25 s to stop (less than Kubernetes' 30 s of grace), 5 s to hand over.
    public static final Timing DEFAULT =
        new Timing(Duration.ofSeconds(30), Duration.ofSeconds(25), Duration.ofSeconds(5));

    public Timing {
      notNegative("start", start);
      notNegative("stop", stop);
      notNegative("revoke", revoke);
    }

    private static void notNegative(String name, Duration duration) {
      if (duration.isNegative()) {
        throw new IllegalArgumentException(name + " is negative: " + duration);
      }
    }
  }

  /// The bounds of publication: results are published as soon as one is reached.
  ///
  /// @param itemsMax a transaction has at most so many items, at least 1
  /// @param bytesMax and about so many bytes, at least 1
  /// @param linger a result waits at most so long for others; zero publishes at once
  public record Commit(int itemsMax, long bytesMax, Duration linger) {
    /// 4,000 items, 8 MiB, 5 ms.
    public static final Commit DEFAULT = of(LaneSettings.Commit.DEFAULT);

    /// @throws IllegalArgumentException when a bound is less than 1 or `linger` is negative
    public Commit {
      var _ = new LaneSettings.Commit(itemsMax, bytesMax, linger); // the bounds' only check
    }

    /// This rule with at most so many items in a transaction.
    public Commit withItemsMax(int items) {
      return new Commit(items, bytesMax, linger);
    }

    /// This rule with about so many bytes in a transaction.
    public Commit withBytesMax(long bytes) {
      return new Commit(itemsMax, bytes, linger);
    }

    /// This rule with another time for which a result waits for others.
    public Commit withLinger(Duration wait) {
      return new Commit(itemsMax, bytesMax, wait);
    }

    private static Commit of(LaneSettings.Commit engine) {
      return new Commit(engine.itemsMax(), engine.bytesMax(), engine.linger());
    }
  }

  /// The settings of the engine. Exactly once is no option: outputs and progress are one
  /// transaction whatever is set here.
  ///
  /// @param commit when results are published
  /// @param producers how many transactional producers take turns in a lane, 1 to 16; with one,
  ///   each transaction waits for the markers of the one before
  /// @param protocol the group protocol
  public record Tuning(Commit commit, int producers, Protocol protocol) {
    /// [Commit#DEFAULT], 3 producers, the new group protocol.
    public static final Tuning DEFAULT = new Tuning(Commit.DEFAULT, 3, Protocol.CONSUMER);

    /// @throws IllegalArgumentException when `producers` is not in 1 to 16
    public Tuning {
      if (producers < 1 || producers > 16) {
        throw new IllegalArgumentException("producers is not in 1..16: " + producers);
      }
    }

    /// This tuning with another commit rule.
    public Tuning withCommit(Commit rule) {
      return new Tuning(rule, producers, protocol);
    }

    /// This tuning with another number of producers in a lane, 1 to 16.
    public Tuning withProducers(int number) {
      return new Tuning(commit, number, protocol);
    }

    /// This tuning with another group protocol.
    public Tuning withProtocol(Protocol other) {
      return new Tuning(commit, producers, other);
    }
  }

  /// Kafka's group protocols.
  public enum Protocol {
    /// The new one (KIP-848), brokers from 4.3.
    CONSUMER,
    /// The old one with cooperative assignment, for older brokers.
    CLASSIC
  }

  /// Meters and spans of a worker: docs/metrics.md has the meters and spans, and their cost.
  ///
  /// @param meters where it measures, if anywhere
  /// @param spans where the spans of attempts go, if anywhere
  /// @param logContext whether SLF4J's MDC names in a handler's thread the item that it is at
  public record Telemetry(
      @Nullable MicrometerMeters meters, @Nullable OpenTelemetrySpans spans, boolean logContext) {
    /// Nowhere.
    public static final Telemetry NONE = new Telemetry(null, null, false);
  }

  private record Values(
      TopicNames topics,
      Map<String, Object> kafka,
      String server,
      Timing timing,
      Tuning tuning,
      boolean timers,
      Telemetry telemetry) {
    Values {
      ServerNames.check("server", server);
      if (!kafka.containsKey("bootstrap.servers")) {
        throw new IllegalArgumentException("kafka has no bootstrap.servers");
      }
      kafka = Map.copyOf(kafka);
    }
  }

  /// The values by name, from which every copy is made: none can take the place of another.
  private static final class Draft {
    TopicNames topics;
    Map<String, Object> kafka;
    String server;
    Timing timing;
    Tuning tuning;
    boolean timers;
    Telemetry telemetry;

    Draft(Values of) {
      topics = of.topics;
      kafka = of.kafka;
      server = of.server;
      timing = of.timing;
      tuning = of.tuning;
      timers = of.timers;
      telemetry = of.telemetry;
    }

    Values values() {
      return new Values(topics, kafka, server, timing, tuning, timers, telemetry);
    }
  }

  private final Values values;

  private WorkerConfig(Values values) {
    this.values = values;
  }

  /// The namespace.
  public TopicNames topics() {
    return values.topics;
  }

  /// Client properties: `bootstrap.servers`, security, and whatever else both consumers and
  /// producers understand; what exactly-once needs is set by the worker and can't be changed.
  public Map<String, Object> kafka() {
    return values.kafka;
  }

  /// This server's name, stable over restarts: a successor with the same name ends its
  /// predecessor's open transactions at once; two at a time fence each other.
  public String server() {
    return values.server;
  }

  /// The times that a worker's steps may take.
  public Timing timing() {
    return values.timing;
  }

  /// The settings of the engine.
  public Tuning tuning() {
    return values.tuning;
  }

  /// Whether a timer service runs in this namespace: long waits are handed over to it then;
  /// otherwise everything waits in its lane.
  public boolean timers() {
    return values.timers;
  }

  /// Meters and spans, beside the log.
  public Telemetry telemetry() {
    return values.telemetry;
  }

  /// A worker of the default namespace, with everything else at its default.
  ///
  /// @param server this server's name: 1 to 64 of a-z, A-Z, 0-9, '-' and '_'
  /// @param kafka client properties; `bootstrap.servers` must be among them
  /// @throws IllegalArgumentException when the name is not valid or there is no address
  public static WorkerConfig of(String server, Map<String, ?> kafka) {
    return new WorkerConfig(
        new Values(
            TopicNames.DEFAULT,
            Map.copyOf(kafka),
            server,
            Timing.DEFAULT,
            Tuning.DEFAULT,
            false,
            Telemetry.NONE));
  }

  /// This configuration with another namespace.
  public WorkerConfig withTopics(TopicNames names) {
    return with(draft -> draft.topics = names);
  }

  /// This configuration with other times.
  public WorkerConfig withTiming(Timing times) {
    return with(draft -> draft.timing = times);
  }

  /// This configuration with another tuning.
  public WorkerConfig withTuning(Tuning how) {
    return with(draft -> draft.tuning = how);
  }

  /// This configuration with or without a timer service.
  public WorkerConfig withTimers(boolean running) {
    return with(draft -> draft.timers = running);
  }

  /// This configuration with a registry to measure in: `withMeters(MicrometerMeters.of(registry))`.
  public WorkerConfig withMeters(MicrometerMeters meters) {
    var now = values.telemetry;
    return withTelemetry(new Telemetry(meters, now.spans, now.logContext));
  }

  /// This configuration with a span for each attempt of a handler, which is current while the
  /// handler runs and goes on with its results: `withSpans(OpenTelemetrySpans.of(sdk))`. A span is
  /// ended on the handler's thread or, when it failed, on the lane's: its processor must not block
  /// (the SDK's batch processor does not).
  public WorkerConfig withSpans(OpenTelemetrySpans spans) {
    var now = values.telemetry;
    return withTelemetry(new Telemetry(now.meters, spans, now.logContext));
  }

  /// This configuration with `pipeline`, `phase`, `job`, `item` and `attempt` in SLF4J's MDC while
  /// a handler runs (and `trace_id` and `span_id` where it has a span), so that lines of any logger
  /// say what they are about. What a handler puts there itself is gone when it ends.
  public WorkerConfig withLogContext() {
    return withTelemetry(new Telemetry(values.telemetry.meters, values.telemetry.spans, true));
  }

  private WorkerConfig withTelemetry(Telemetry others) {
    return with(draft -> draft.telemetry = others);
  }

  private WorkerConfig with(Consumer<Draft> change) {
    var draft = new Draft(values);
    change.accept(draft);
    return new WorkerConfig(draft.values());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof WorkerConfig that && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return "WorkerConfig" + values.toString().substring("Values".length());
  }
}
