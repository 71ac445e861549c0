package dev.phaseline.worker.takeover;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.phaseline.core.Codec;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.Pipeline;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.testkit.Event;
import dev.phaseline.testkit.Guarantees;
import dev.phaseline.worker.LeftOpen;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.RetryingWorker;
import dev.phaseline.worker.Rig;
import dev.phaseline.worker.TopicView;
import dev.phaseline.worker.Wait;
import dev.phaseline.worker.WorkerProcess;
import dev.phaseline.worker.client.LaneIds;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// Workers that fall silent in the middle of a transaction, for good or for a while: what they left
/// open is ended by whoever takes over, and one that wakes up goes on.
@Tag("broker")
@Tag("own-broker")
final class TakeoverTest {
  private static final long FEED_NANOS = Duration.ofSeconds(2).toNanos();

  @TempDir private static Path folder;
  private static EmbeddedBroker broker;

  private Rig rig;

  @BeforeAll
  static void startBroker() {
    var settings = new HashMap<String, String>();
    settings.put("group.consumer.session.timeout.ms", "1000");
    settings.put("group.consumer.min.session.timeout.ms", "1000");
    settings.put("group.consumer.heartbeat.interval.ms", "300");
    settings.put("group.consumer.min.heartbeat.interval.ms", "100");
    settings.put("transaction.max.timeout.ms", LeftOpen.TIMEOUT_MAX_MS);
    // The broker never ends by itself what has been open for too long, so whatever ends was ended
    // by a worker, however long that took.
    settings.put(
        "transaction.abort.timed.out.transaction.cleanup.interval.ms",
        Long.toString(Duration.ofDays(1).toMillis()));
    settings.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    settings.put("allow.everyone.if.no.acl.found", "true");
    broker =
        EmbeddedBroker.start(
            EmbeddedBroker.Config.in(folder.resolve("kafka")).withProperties(settings));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @BeforeEach
  void open() {
    rig = new Rig(broker.clientConfig());
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void whoFreezesInATransactionIsCutOffGoesOnWhenItWakesAndNothingIsLostOrDoubled()
      throws Exception {
    var pipeline = RetryingWorker.pipeline();
    rig.create(pipeline, 4);
    rig.create(List.of(rig.topics().timers()), 2, Map.of());
    var load = new Load(pipeline);
    try (var freezes = new WorkerProcess(rig, "freezes");
        var stays = new WorkerProcess(rig, "stays")) {
      awaitBoth("both work", pipeline, freezes, stays);
      for (var round = 1; round <= 2; round++) {
        load.freezeInTransaction(freezes, "freezes");
        awaitEnded(pipeline, "freezes");
        freezes.thaw();
        awaitBoth("it has its share again", pipeline, freezes, stays);
      }
      load.freezeInTransaction(freezes, "freezes");
      assertThat(freezes.isAlive()).as("after it was cut off twice").isTrue();
      freezes.kill();
      awaitEnded(pipeline, "freezes");
      assertThat(stays.isAlive()).isTrue();
      load.verifyEachEndsOnce();
    }
  }

  /// Waits until each of two workers has partitions.
  private void awaitBoth(String what, Pipeline pipeline, WorkerProcess one, WorkerProcess other) {
    Wait.until(
        what,
        () -> rig.assignments(pipeline, "only") + "; " + one.said() + "; " + other.said(),
        () -> {
          one.requireAlive();
          other.requireAlive();
          var has = rig.assignments(pipeline, "only");
          return has.stream().filter(share -> !share.isEmpty()).count() == 2;
        });
  }

  private Set<String> openOf(Pipeline pipeline, String server) {
    var topic = rig.topics().phase(pipeline.name(), "only");
    var lane = LaneIds.lane(topic, server, 0);
    var open = new TreeSet<>(LeftOpen.all(rig));
    open.removeIf(id -> !id.startsWith(lane + "."));
    return open;
  }

  private void awaitEnded(Pipeline pipeline, String server) {
    Wait.until(
        "what it left open is ended by the other",
        () -> openOf(pipeline, server),
        () -> openOf(pipeline, server).isEmpty());
  }

  /// What both work on.
  private final class Load {
    private static final int PORTION = 300;
    private final Pipeline pipeline;
    private int submitted;
    private long fedNanos;

    Load(Pipeline pipeline) {
      this.pipeline = pipeline;
    }

    private void submit() {
      rig.submit(
          pipeline,
          submitted,
          submitted + PORTION,
          i -> RetryingWorker.fate(i).equals("later") ? null : "key-" + i % 80);
      submitted += PORTION;
      fedNanos = System.nanoTime();
    }

    /// Who was cut off finds that the other has done all that there was.
    private void feed() {
      if (System.nanoTime() - fedNanos > FEED_NANOS) submit();
    }

    /// Freezes a worker again and again, until it has a transaction open while it is frozen.
    void freezeInTransaction(WorkerProcess worker, String server) throws Exception {
      var until = System.nanoTime() + Wait.BOUND.toNanos();
      while (until - System.nanoTime() > 0) {
        var before = worker.starts();
        submit();
        worker.awaitStarts(before + 20, this::feed);
        worker.freeze();
        if (!openOf(pipeline, server).isEmpty()) return;
        worker.thaw();
      }
      throw new AssertionError(server + " never had a transaction open when it was frozen");
    }

    void verifyEachEndsOnce() {
      var views = List.of(rig.done(pipeline), rig.dead(pipeline), rig.view(rig.topics().timers()));
      Wait.until(
          "everything has ended",
          () -> views.stream().map(view -> view.read().size()).toList(),
          () -> views.stream().mapToInt(view -> view.read().size()).sum() >= submitted);
      var events = new ArrayList<Event>();
      for (var i = 0; i < submitted; i++) events.add(new Event.Submitted("job-" + i, null));
      for (var view : views) {
        for (var id : TopicView.ids(view.read())) events.add(new Event.Ended(id));
      }
      Guarantees.nothingLost().verify(events);
      Guarantees.nothingDoubled().verify(events);
    }
  }

  @Test
  void aWorkerThatMayNotEndWhatOthersLeftOpenSaysSoOnceAndGoesOn() {
    var pipeline = Pipeline.named("g").phase("one", Codec.text(), (_, _) -> Outcome.done()).build();
    rig.create(pipeline, 2);
    rig.create(List.of("scratch-" + rig.topics().namespace()), 1, Map.of());
    var topic = rig.topics().phase("g", "one");
    var id = LaneIds.producer(LaneIds.lane(topic, "gone", 0), 0);
    var said = new Said();
    try (var gone = new LeftOpen(rig, id, "scratch-" + rig.topics().namespace())) {
      letEverybody(AclOperation.DESCRIBE, id); // and nothing else, from now on
      said.listen();
      var _ = rig.start(pipeline);
      rig.submit(pipeline, 0, 10, i -> "k" + i);
      rig.done(pipeline).await(10);
      Wait.until("it says so", () -> !said.warnings().isEmpty());
      var again = rig.start(rig.config("s2"), Placement.all(pipeline));
      Wait.until("partitions move", () -> Rig.status(again, "one").partitions() == 1);
      again.close(); // and come back
      rig.submit(pipeline, 10, 20, i -> "k" + i);
      rig.done(pipeline).await(20);
      assertThat(LeftOpen.all(rig)).contains(gone.id());
    } finally {
      said.close();
    }
    assertThat(said.warnings())
        .hasSizeBetween(1, 2) // one for each worker
        .allSatisfy(
            line ->
                assertThat(line)
                    .contains("grant WRITE on the transactional ids that begin with " + topic));
  }

  private void letEverybody(AclOperation operation, String transactionalId) {
    var pattern =
        new ResourcePattern(ResourceType.TRANSACTIONAL_ID, transactionalId, PatternType.LITERAL);
    var entry = new AccessControlEntry("User:*", "*", operation, AclPermissionType.ALLOW);
    var binding = new AclBinding(pattern, entry);
    Rig.answer(rig.admin().createAcls(List.of(binding)).all());
    // The controller has it; the broker, which answers here, obeys it a little later.
    Wait.until(
        "the broker knows the rule",
        () -> Rig.answer(rig.admin().describeAcls(binding.toFilter()).values()).contains(binding));
  }

  /// The warnings about what was left open.
  private static final class Said extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private final Logger logger =
        (Logger) LoggerFactory.getLogger(AbandonedTransactions.class.getName());
    private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

    void listen() {
      setContext(logger.getLoggerContext());
      start();
      logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
      events.add(event);
    }

    List<String> warnings() {
      return events.stream()
          .filter(event -> event.getLevel() == Level.WARN)
          .map(ILoggingEvent::getFormattedMessage)
          .toList();
    }

    @Override
    public void close() {
      logger.detachAppender(this);
    }
  }
}
