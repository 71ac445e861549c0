package dev.phaseline.outbox;

import dev.phaseline.outbox.RelayStatus.State;
import dev.phaseline.schemas.KafkaSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Relay of an outbox: publishes the jobs that [Outbox] wrote into a database, each once.
///
/// ```java
/// try (var relay = OutboxRelay.start(dataSource, kafka, RelayConfig.of("orders"))) {
///   ...
/// }
/// ```
///
/// Guarantees: a job whose transaction has committed is published once, whatever is killed at
/// whatever moment, this relay included; jobs of one key in one topic in the order of their
/// commits. Several relays of one outbox may run: one publishes, the others take its place within
/// [RelayTuning#takeover] when it dies. A relay that was only frozen and wakes up publishes nothing
/// more, because Kafka fences it.
///
/// A database or brokers that are away are waited for. A topic that is missing, or takes no rows
/// for another reason of its own, holds up its own rows alone ([RelayStatus#held]). A database and
/// a position in Kafka that do not belong together (one was restored, or is another installation's)
/// end the relay ([#failure]): to go on would double or lose jobs.
///
/// It has one thread, which holds one connection of the data source and one producer. Thread-safe.
/// The data source stays the caller's.
public final class OutboxRelay implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);
  private static final Duration CLOSE_MAX = Duration.ofSeconds(40);

  private final RelayProgress progress;
  private final RelayObserver observer;
  private final Stop stop;
  private final Thread thread;

  private OutboxRelay(RelayProgress progress, RelayObserver observer, Stop stop, Thread thread) {
    this.progress = progress;
    this.observer = observer;
    this.stop = stop;
    this.thread = thread;
  }

  /// Starts a relay. Neither the database nor Kafka is waited for; [#status] has how it goes.
  ///
  /// @param source gives connections to the primary server; their way of committing is changed and
  ///   given back
  /// @param kafka Kafka's client settings; `bootstrap.servers` must be there
  /// @throws IllegalArgumentException naming the setting that can't be used
  public static OutboxRelay start(DataSource source, Map<String, ?> kafka, RelayConfig config) {
    Objects.requireNonNull(source, "the data source is null");
    var settings = new HashMap<String, Object>(kafka);
    var slips = KafkaSettings.slips(settings);
    if (!slips.isEmpty()) throw new IllegalArgumentException(String.join("; ", slips));
    var servers = KafkaSettings.ofProducer(settings).get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG);
    if (servers == null || servers.toString().isBlank()) {
      throw new IllegalArgumentException(
          "the setting bootstrap.servers is missing; name a broker, such as 127.0.0.1:9092");
    }
    var clock = InstantSource.system();
    var progress = new RelayProgress(clock);
    var meters = config.meters();
    var observer = meters == null ? RelayObserver.NONE : meters.observe(config.outbox(), progress);
    var stop = new Stop();
    var site = new Leadership.Site(config, progress, observer, clock, stop);
    var thread =
        Thread.ofPlatform()
            .daemon()
            .name("phaseline-outbox-" + config.outbox())
            .start(new RelayLoop(source, settings, site));
    return new OutboxRelay(progress, observer, stop, thread);
  }

  /// The state at this moment.
  public RelayStatus status() {
    return progress.status();
  }

  /// The reason why it can't go on, with the remedy; empty while it can.
  public Optional<String> failure() {
    var status = progress.status();
    return status.state() == State.FAILED ? Optional.of(status.condition()) : Optional.empty();
  }

  /// Finishes the batch at hand and lets another relay go on at once. Waits at most 40 seconds; a
  /// batch that is under way then is found by the next relay. Idempotent.
  @Override
  public void close() {
    stop.request();
    try {
      if (!thread.join(CLOSE_MAX)) LOG.warn("the relay is held up and was left behind");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    observer.close();
  }
}
