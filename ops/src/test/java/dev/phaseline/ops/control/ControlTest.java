package dev.phaseline.ops.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.ops.Await;
import dev.phaseline.ops.TestCluster;
import dev.phaseline.ops.control.WorkerView.Liveness;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.schemas.control.AuditEntry.Verb;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.schemas.control.UnreadableSetting;
import dev.phaseline.topics.ClusterException;
import dev.phaseline.topics.TopicSettings;
import dev.phaseline.topics.TopicSetup;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What operators can say, and what is kept of it, on a real broker.
@Tag("broker")
final class ControlTest {
  private static final AtomicInteger NEXT = new AtomicInteger();
  private static final Author ANNA = new Author("anna@ops-1", "test", "");
  private static final Author BEN = new Author("ben@ops-2", "test", "why not");
  private static final ControlScope.OfPhase STORE = new ControlScope.OfPhase("cities", "store");

  /// Said by a clock that is ahead of ours: it is new for as long as a test may take.
  private static final Duration AHEAD = Duration.ofMinutes(-10);

  @TempDir private static Path folder;
  private static TestCluster cluster;

  private TopicNames names;
  private Control control;

  @BeforeAll
  static void startBroker() {
    cluster = new TestCluster(folder.resolve("data"));
  }

  @AfterAll
  static void stopBroker() {
    cluster.close();
  }

  @BeforeEach
  void open() {
    names = new TopicNames("c" + NEXT.incrementAndGet());
    var setup = new TopicSetup(cluster.admin, names, TopicSettings.SINGLE.withPartitions(1));
    assertThat(setup.ensure("cities", List.of("fetch", "store")).ok()).isTrue();
    assertThat(setup.ensureControl().created())
        .containsExactly(names.control(), names.audit(), names.workers());
    var again = setup.ensureControl();
    assertThat(again.ok()).as("%s", again).isTrue();
    assertThat(again.created()).isEmpty();
    control = Control.open(cluster.client(), names);
  }

  @AfterEach
  void close() {
    control.close();
  }

  private List<AuditLine> audit() {
    return control.audit(OptionalLong.empty(), 1_000).lines();
  }

  @Test
  void aCommandIsASettingAndAnAuditEntry() {
    var change = control.pause(STORE, ANNA);
    assertThat(change.changed()).isTrue();
    assertThat(change.before().run()).isEqualTo(RunState.RUNNING);
    assertThat(change.after().run()).isEqualTo(RunState.PAUSED);

    assertThat(control.setting(STORE).run()).isEqualTo(RunState.PAUSED);
    assertThat(control.settings()).containsOnlyKeys(STORE);
    var line = audit().getFirst().entry();
    assertThat(line.verb()).isEqualTo(Verb.PAUSE);
    assertThat(line.scope()).isEqualTo(STORE);
    assertThat(line.author()).isEqualTo(ANNA);
    assertThat(line.operation()).isEqualTo(change.operation());
    assertThat(line.after()).isEqualTo(change.after());
  }

  @Test
  void sayingItTwiceChangesNothingAndBothAreAudited() {
    var first = control.pause(STORE, ANNA);
    var second = control.pause(STORE, BEN);
    assertThat(second.changed()).isFalse();
    assertThat(second.after()).as("it is still Anna's").isEqualTo(first.after());
    assertThat(audit()).hasSize(2);
    assertThat(audit().getFirst().entry().changed()).isFalse();
    assertThat(audit().getFirst().entry().author()).isEqualTo(BEN);
  }

  @Test
  void resumeTakesBackDrainAndPauseAndKeepsTheConcurrency() {
    control.concurrency(STORE, 50, ANNA);
    control.drain(STORE, ANNA);
    assertThat(control.setting(STORE).concurrency()).hasValue(50);
    control.resume(STORE, ANNA);
    assertThat(control.setting(STORE).run()).isEqualTo(RunState.RUNNING);
    assertThat(control.setting(STORE).concurrency()).hasValue(50);
    control.concurrency(STORE, 0, ANNA);
    assertThat(control.settings()).isEmpty();
  }

  @Test
  void twoOperatorsAtOnceBothHaveTheirWayAndEveryCommandIsAuditedOnce() throws Exception {
    try (var other = Control.open(cluster.client(), names);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work = new ArrayList<Callable<String>>();
      work.add(
          () -> {
            for (var i = 1; i <= 5; i++) control.concurrency(STORE, i, ANNA);
            return "";
          });
      work.add(
          () -> {
            for (var i = 0; i < 5; i++) {
              if (i % 2 == 0) other.pause(STORE, BEN);
              else other.resume(STORE, BEN);
            }
            return "";
          });
      for (var done : threads.invokeAll(work)) assertThat(done.get()).isEmpty();
    }
    var setting = control.setting(STORE);
    assertThat(setting.concurrency()).as("Anna's last word").hasValue(5);
    assertThat(setting.run()).as("Ben's last word").isEqualTo(RunState.PAUSED);
    assertThat(setting.revision()).as("nothing was lost, nothing done twice").isEqualTo(10);
    assertThat(audit()).hasSize(10);
    assertThat(audit().stream().map(line -> line.entry().operation()).distinct()).hasSize(10);
    for (var i = 1; i < 10; i++) {
      var newer = audit().get(i - 1).entry();
      assertThat(newer.before()).isEqualTo(audit().get(i).entry().after());
    }
  }

  @Test
  void aCancelledJobIsRememberedForAsLongAsItWasSaid() {
    var kept = new ControlScope.OfJob("cities", "import-1");
    assertThat(control.cancel(kept, Duration.ofDays(1), ANNA).changed()).isTrue();
    assertThat(control.cancel(kept, Duration.ofDays(2), BEN).changed()).isFalse();
    var brief = new ControlScope.OfJob("cities", "import-2");
    var first = control.cancel(brief, Duration.ofSeconds(2), ANNA);
    var until = first.after().cancelled().orElseThrow();
    Await.until("its time is over", () -> Instant.now().isAfter(until));
    control.pause(STORE, ANNA); // any command tidies up
    assertThat(control.settings()).containsOnlyKeys(STORE, kept);
    assertThat(control.cancel(brief, Duration.ofDays(1), BEN).changed()).isTrue();
  }

  @Test
  void refusedTimersAndAMissingSchedulerAreSeen() throws Exception {
    try (var view = TimersView.open(cluster.client(), names)) {
      assertThat(view.look()).isEqualTo(new TimersView.State(false, 0, 0));
      var _ = new TopicSetup(cluster.admin, names, TopicSettings.SINGLE).ensureTimers();
      var headers = new RecordHeaders();
      headers.add(HeaderNames.JOB, "job-1".getBytes(UTF_8));
      headers.add(HeaderNames.REASON, "too far ahead".getBytes(UTF_8));
      var key = "t".getBytes(UTF_8);
      for (var topic : List.of(names.timers(), names.timersDead())) {
        cluster
            .producer
            .send(new ProducerRecord<>(topic, null, null, key, new byte[0], headers))
            .get();
      }
      assertThat(view.look()).isEqualTo(new TimersView.State(false, 1, 1));
      assertThat(view.refused(Instant.EPOCH))
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.job()).isEqualTo("job-1");
                assertThat(one.reason()).isEqualTo("too far ahead");
              });
      assertThat(view.refused(Instant.now().plusSeconds(60))).isEmpty();
    }
  }

  @Test
  void aCancelCanBeTakenBack() {
    var job = new ControlScope.OfJob("cities", "import-3");
    assertThat(control.uncancel(job, ANNA).changed()).as("it was not cancelled").isFalse();
    control.cancel(job, Duration.ofDays(1), ANNA);
    assertThat(control.uncancel(job, BEN).changed()).isTrue();
    assertThat(control.settings()).isEmpty();
    assertThat(control.cancel(job, Duration.ofDays(1), ANNA).changed()).isTrue();
  }

  @Test
  void whatThereIsNotIsRefusedWithWhatThereIs() {
    assertThatThrownBy(() -> control.pause(new ControlScope.OfPhase("cities", "stroe"), ANNA))
        .isInstanceOfSatisfying(
            UnknownTargetException.class,
            unknown -> {
              assertThat(unknown).hasMessageContaining("cities").hasMessageContaining("stroe");
              assertThat(unknown.name()).isEqualTo("stroe");
              assertThat(unknown.known()).containsExactly("fetch", "store");
            });
    assertThatThrownBy(() -> control.pause(new ControlScope.OfPipeline("citties"), ANNA))
        .isInstanceOfSatisfying(
            UnknownTargetException.class,
            unknown -> assertThat(unknown.known()).containsExactly("cities"));
    assertThatThrownBy(() -> control.drain(new ControlScope.OfServer("s1"), ANNA))
        .isInstanceOf(UnknownTargetException.class)
        .hasMessageContaining("s1");
    assertThatThrownBy(
            () -> control.cancel(new ControlScope.OfJob("citties", "x"), Duration.ofDays(1), ANNA))
        .isInstanceOf(UnknownTargetException.class);
    assertThatThrownBy(() -> control.pause(new ControlScope.OfJob("cities", "x"), ANNA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("only cancelled");
    assertThat(audit()).as("nothing was done").isEmpty();
    assertThat(control.settings()).isEmpty();
  }

  @Test
  void theAuditIsReadInPagesNewestFirst() {
    for (var i = 1; i <= 7; i++) control.concurrency(STORE, i, ANNA);
    var seen = new ArrayList<Integer>();
    var before = OptionalLong.empty();
    var pages = 0;
    do {
      var page = control.audit(before, 3);
      page.lines().forEach(line -> seen.add(line.entry().after().permits()));
      before = page.next();
      pages++;
    } while (before.isPresent());
    assertThat(seen).containsExactly(7, 6, 5, 4, 3, 2, 1);
    assertThat(pages).isEqualTo(3);
    assertThat(control.audit(OptionalLong.of(0), 3).lines()).isEmpty();
    assertThat(control.audit(OptionalLong.of(1L << 50), 3).lines()).hasSize(3);
  }

  @Test
  void aSettingThatCantBeReadConcernsItsKeyAndTheNextCommandHealsIt() throws Exception {
    control.concurrency(STORE, 50, ANNA);
    control.pause(new ControlScope.OfPipeline("cities"), ANNA);
    write(names.control(), STORE.key(), "garbage");
    write(names.control(), "later/kind", "{\"v\":9}");

    assertThat(control.unreadable())
        .extracting(UnreadableSetting::label)
        .containsExactly(STORE.key(), "later/kind");
    assertThat(control.setting(STORE).concurrency()).as("holds on").hasValue(50);
    var change = control.resume(new ControlScope.OfPipeline("cities"), ANNA);
    assertThat(change.warning()).as("another key").isEmpty();

    change = control.concurrency(STORE, 50, BEN);
    assertThat(change.changed()).as("it is written again").isTrue();
    assertThat(change.warning()).hasValueSatisfying(it -> assertThat(it).contains("not JSON"));
    assertThat(control.unreadable())
        .extracting(UnreadableSetting::label)
        .containsExactly("later/kind");
    try (var another = Control.open(cluster.client(), names)) {
      assertThat(another.setting(STORE).author()).isEqualTo(BEN);
    }
  }

  @Test
  void repairPutsWhatHoldsInPlaceOfWhatCantBeRead() throws Exception {
    control.concurrency(STORE, 50, ANNA);
    write(names.control(), STORE.key(), "garbage");
    write(names.control(), "pipeline/cities", "{\"v\":1,\"concurrency\":99999999999}");
    write(names.control(), "nonsense", "garbage");

    assertThat(control.repair(BEN)).hasSize(3);
    assertThat(control.unreadable()).isEmpty();
    assertThat(control.repair(BEN)).as("nothing is left").isEmpty();
    try (var another = Control.open(cluster.client(), names)) {
      assertThat(another.unreadable()).isEmpty();
      assertThat(another.settings()).containsOnlyKeys(STORE);
      assertThat(another.setting(STORE).concurrency()).hasValue(50);
    }
    assertThat(audit())
        .extracting(line -> line.entry().verb())
        .containsExactly(Verb.REPAIR, Verb.REPAIR, Verb.CONCURRENCY);
  }

  @Test
  void anAuditRecordThatCantBeReadIsLeftOutAndSaid() throws Exception {
    control.pause(STORE, ANNA);
    write(names.audit(), STORE.key(), "{\"v\":9}");
    write(names.audit(), STORE.key(), "garbage");
    control.resume(STORE, ANNA);

    var page = control.audit(OptionalLong.empty(), 10);
    assertThat(page.lines())
        .extracting(line -> line.entry().verb())
        .containsExactly(Verb.RESUME, Verb.PAUSE);
    assertThat(page.unreadable()).hasSize(2);
    assertThat(page.unreadable().getFirst()).contains("version 9");
  }

  private static void write(String topic, String key, String value) throws Exception {
    var record = new ProducerRecord<>(topic, 0, key.getBytes(UTF_8), value.getBytes(UTF_8));
    cluster.producer.send(record).get();
  }

  @Test
  void withoutTopicsTheRemedyIsNamed() {
    try (var nowhere = Control.open(cluster.client(), new TopicNames("nobody"))) {
      assertThatThrownBy(() -> nowhere.pause(STORE, ANNA))
          .isInstanceOf(ClusterException.class)
          .hasMessageContaining("nobody.control")
          .hasMessageContaining("phaseline topics create");
    }
  }

  @Test
  void aWorkerIsLiveWhileItReportsAndGoneWhenItDoesNot() throws Exception {
    var own = new TopicNames("beats");
    // as it is made by `topics create`, but dated by the writer, so that the past can be written
    cluster.admin.createTopics(List.of(new NewTopic(own.workers(), 1, (short) 1))).all().get();
    try (var view = WorkersView.open(cluster.client(), own)) {
      Await.until("the topic can be read", () -> listed(view));
      beat(own, "live", false, AHEAD);
      beat(own, "gone", false, Duration.ofMinutes(1));
      beat(own, "stopped", true, Duration.ofMinutes(1));
      var list = view.list();
      assertThat(list)
          .extracting(worker -> worker.heartbeat().server() + " " + worker.liveness())
          .containsExactly(
              "gone " + Liveness.GONE, "live " + Liveness.LIVE, "stopped " + Liveness.STOPPED);
      assertThat(list.getFirst().age()).isGreaterThan(Duration.ofSeconds(50));
      beat(own, "gone", false, AHEAD);
      assertThat(view.list().getFirst().isLive()).as("it is back").isTrue();
    }
  }

  private static boolean listed(WorkersView view) {
    try {
      return view.list().isEmpty();
    } catch (ClusterException notYet) {
      return false;
    }
  }

  private static void beat(TopicNames names, String server, boolean last, Duration ago)
      throws Exception {
    var at = Instant.now().minus(ago);
    var heartbeat = new Heartbeat(server, "1", "h", 1, at, last, List.of(), null, "", at);
    cluster
        .producer
        .send(
            new ProducerRecord<>(
                names.workers(), 0, at.toEpochMilli(), server.getBytes(UTF_8), heartbeat.toBytes()))
        .get();
  }

  @Test
  void aCommandThatNobodyCanReadYetIsSaidToBeWritten() {
    var settings = new HashMap<String, Object>(cluster.client());
    settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "a-stranger");
    settings.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 60_000);
    try (var stranger =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        var impatient = Control.open(cluster.client(), names, Duration.ofSeconds(5))) {
      var key = "phase/cities/fetch".getBytes(UTF_8);
      stranger.initTransactions();
      stranger.beginTransaction();
      var _ = stranger.send(new ProducerRecord<>(names.control(), 0, key, null));
      stranger.flush();
      assertThatThrownBy(() -> impatient.pause(STORE, ANNA))
          .isInstanceOf(ClusterException.class)
          .hasMessageContainingAll("is written", names.control(), "don't give the command again");
      stranger.abortTransaction();
    }
    Await.until("it holds", () -> control.setting(STORE).run() == RunState.PAUSED);
  }
}
