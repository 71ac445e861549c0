package dev.phaseline.systemtests.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import dev.phaseline.core.Pipeline;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.http.ListenAddress;
import dev.phaseline.jdbc.SqlDialect;
import dev.phaseline.ops.probe.ProbeServer;
import dev.phaseline.ops.probe.ProcessMeters;
import dev.phaseline.outbox.Outbox;
import dev.phaseline.outbox.OutboxMeters;
import dev.phaseline.outbox.OutboxRelay;
import dev.phaseline.outbox.OutboxSchema;
import dev.phaseline.outbox.RelayConfig;
import dev.phaseline.producer.JobClient;
import dev.phaseline.producer.JobRequest;
import dev.phaseline.producer.JobType;
import dev.phaseline.scheduler.TimerConfig;
import dev.phaseline.scheduler.TimerService;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import dev.phaseline.worker.MicrometerMeters;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.sqlite.SQLiteDataSource;

/// A broker, a worker, a scheduler and a relay that measure, an endpoint, and a producer that keeps
/// submitting jobs of which some fail, some are tried again and some are for later. Closing ends
/// all of it.
final class LiveRun implements AutoCloseable {
  private static final JobType<String> JOB = JobType.text("live", "take");
  private static final Pipeline PIPELINE =
      Pipeline.named("live")
          .phase("take", Codec.text(), LiveRun::take)
          .phase("keep", Codec.text(), (_, _) -> Outcome.done())
          .build();

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final ProbeServer endpoint;
  private final JobClient jobs;
  private final Outbox outbox = Outbox.of(JobClient.Settings.DEFAULT);
  private final SQLiteDataSource database;

  private LiveRun(Path folder) throws Exception {
    var broker = opened(EmbeddedBroker.start(EmbeddedBroker.Config.in(folder.resolve("kafka"))));
    var kafka = broker.clientConfig();
    try (var admin = Admin.create(kafka)) {
      var topics =
          new TopicSetup(admin, TopicNames.DEFAULT, TopicSettings.SINGLE.withPartitions(2));
      topics.ensure("live", PIPELINE.phaseNames());
      topics.ensureTimers();
      topics.ensureJobs();
      topics.ensureOutboxes();
    }
    var meters = opened(new ProcessMeters("0.0.0-test"));
    endpoint = opened(ProbeServer.start(new ListenAddress("127.0.0.1", 0), meters, List.of()));
    var scheduler =
        opened(
            TimerService.start(
                TimerConfig.of("live", kafka, folder.resolve("timers"))
                    .withMeters(meters.registry())));
    var _ =
        opened(
            Worker.start(
                WorkerConfig.of("live", kafka)
                    .withTimers(true)
                    .withMeters(MicrometerMeters.of(meters.registry())),
                Placement.all(PIPELINE)));
    jobs = opened(JobClient.connect(kafka));
    database = new SQLiteDataSource();
    database.setUrl("jdbc:sqlite:" + folder.resolve("live.db"));
    makeOutbox();
    var _ =
        opened(
            OutboxRelay.start(
                database,
                kafka,
                RelayConfig.of("live").withMeters(OutboxMeters.of(meters.registry()))));
    assertThat(scheduler.awaitRunning(Duration.ofMinutes(3))).isTrue();
    System.gc(); // so that there is a pause to be measured
    var feeder = Thread.ofPlatform().name("feeder").start(this::feed);
    open.push(
        () -> {
          stopping.countDown();
          feeder.join(Duration.ofSeconds(10));
        });
  }

  static LiveRun start(Path folder) throws Exception {
    return new LiveRun(folder);
  }

  private <T extends AutoCloseable> T opened(T resource) {
    open.push(resource);
    return resource;
  }

  private static Outcome<String> take(String text, PhaseContext context) {
    var number = Integer.parseInt(text);
    if (number % 10 == 3) return Outcome.dead("threes are not wanted");
    if (number % 10 == 7 && context.attempt() == 1) {
      return Outcome.retryAfter(Duration.ofMillis(5), "sevens take two");
    }
    return Outcome.next(text);
  }

  private void makeOutbox() throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      for (var sql : OutboxSchema.statements(SqlDialect.SQLITE)) statement.execute(sql);
    }
  }

  private void submitInTransaction(JobRequest<String> request) throws SQLException {
    try (var connection = database.getConnection()) {
      connection.setAutoCommit(false);
      outbox.submit(connection, JOB, request);
      connection.commit();
    }
  }

  /// A few jobs every tenth of a second until the end; each tenth is for later, and each tenth
  /// comes through an outbox.
  private void feed() {
    try {
      for (var i = 0; !stopping.await(20, TimeUnit.MILLISECONDS); i++) {
        var request = JobRequest.withId("canary-job-" + i, Integer.toString(i));
        if (i % 10 == 5) {
          submitInTransaction(request);
        } else {
          var _ = jobs.submit(JOB, i % 10 == 0 ? request.after(Duration.ofMillis(50)) : request);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException broken) {
      throw new AssertionError(broken);
    }
  }

  /// Where it can be scraped.
  ListenAddress address() {
    return endpoint.address();
  }

  /// What is answered to a scrape.
  String scrape() throws Exception {
    return get("http://" + address() + "/metrics");
  }

  /// The body behind an address.
  static String get(String address) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(60));
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  @Override
  public void close() {
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (Exception failed) {
        throw new AssertionError(failed);
      }
    }
  }
}
