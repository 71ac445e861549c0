package dev.phaseline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.phaseline.core.Pipeline;
import dev.phaseline.core.engine.Progress;
import dev.phaseline.core.engine.Quarantine;
import dev.phaseline.embedded.EmbeddedBroker;
import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.testkit.Event;
import dev.phaseline.testkit.Guarantees;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A worker's JVM is killed again and again while retries are in flight, from outside or by a
/// record; then every item is done, dead or with the timers, once, and nothing is held back any
/// more.
@Tag("broker")
@Tag("own-broker")
final class RetriesSurviveKillTest {
  private static final int KILLS = Integer.getInteger("phaseline.kills", 6);
  private static final int ITEMS = 4_000;
  private static final int NEIGHBOURS = 300;
  private static final int KEYS = 80;
  private static final int PARTITIONS = 4;

  /// As docs/failure.md says.
  private static final int DEATHS_MAX = 8;

  @TempDir static Path folder;

  private static EmbeddedBroker broker;

  @BeforeAll
  static void startBroker() {
    var quickTakeover =
        Map.of(
            "group.consumer.session.timeout.ms", "1000",
            "group.consumer.min.session.timeout.ms", "1000",
            "group.consumer.heartbeat.interval.ms", "300",
            "group.consumer.min.heartbeat.interval.ms", "100");
    broker =
        EmbeddedBroker.start(
            EmbeddedBroker.Config.in(folder.resolve("kafka")).withProperties(quickTakeover));
  }

  @AfterAll
  static void stopBroker() {
    broker.close();
  }

  @Test
  void everyItemEndsOnceHoweverOftenTheWorkerIsKilled() throws Exception {
    var seed = Long.getLong("phaseline.seed", System.nanoTime());
    System.out.println("RetriesSurviveKillTest: -Dphaseline.seed=" + seed);
    try (var rig = new Rig(broker.clientConfig())) {
      survives(rig, new Random(seed));
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
  }

  @Test
  void aRecordThatKillsItsWorkerIsFoundAndEverythingElseIsDone() throws Exception {
    try (var rig = new Rig(broker.clientConfig())) {
      var pipeline = RetryingWorker.pipeline();
      rig.create(pipeline, PARTITIONS);
      rig.create(List.of(rig.topics().timers()), 2, Map.of());
      submit(rig, pipeline, 0, NEIGHBOURS / 2);
      var kills = RetryingWorker.KILLS;
      rig.send(Rig.job(rig.topics().phase("killed", "only"), kills, kills, kills));
      submit(rig, pipeline, NEIGHBOURS / 2, NEIGHBOURS);

      var deaths = deathsUntilAllHaveEnded(rig, pipeline);

      assertThat(deaths).as("deaths").isBetween(3, DEATHS_MAX);
      var crashed =
          rig.dead(pipeline).read().stream()
              .filter(letter -> TopicView.kind(letter).equals("crashed"))
              .toList();
      assertThat(TopicView.ids(crashed)).containsExactly(kills);
    }
  }

  private static int deathsUntilAllHaveEnded(Rig rig, Pipeline pipeline) throws Exception {
    var done = rig.done(pipeline);
    var dead = rig.dead(pipeline);
    var timers = rig.view(rig.topics().timers());
    for (var deaths = 0; deaths <= DEATHS_MAX; deaths++) {
      try (var victim = new WorkerProcess(rig, "victim")) {
        Wait.until(
            "everything has ended, or the worker",
            () -> done.read().size() + " done, " + dead.read().size() + " dead",
            () ->
                !victim.isAlive()
                    || done.read().size() + dead.read().size() + timers.read().size() > NEIGHBOURS);
        if (!victim.isAlive()) continue;
        awaitEndOfQuarantine(rig, pipeline);
        return deaths;
      }
    }
    throw new AssertionError("it has killed more than " + DEATHS_MAX + " workers");
  }

  private static void awaitEndOfQuarantine(Rig rig, Pipeline pipeline) {
    Wait.until(
        "nothing is suspected any more",
        () -> {
          for (var partition = 0; partition < PARTITIONS; partition++) {
            var at = rig.committed(pipeline, "only", partition).orElseThrow();
            var progress = Progress.decode(at.offset(), at.metadata());
            if (!progress.quarantine().equals(Quarantine.NONE)) return false;
          }
          return true;
        });
  }

  private static void survives(Rig rig, Random chance) throws Exception {
    var pipeline = RetryingWorker.pipeline();
    rig.create(pipeline, PARTITIONS);
    rig.create(List.of(rig.topics().timers()), 2, Map.of());
    submit(rig, pipeline, 0, ITEMS / 2);
    var portion = ITEMS / 2 / KILLS;
    for (var kill = 0; kill < KILLS; kill++) {
      // so that there is work for each victim, however much the ones before it have done
      var from = ITEMS / 2 + kill * portion;
      submit(rig, pipeline, from, kill < KILLS - 1 ? from + portion : ITEMS);
      try (var victim = new WorkerProcess(rig, "victim")) {
        victim.awaitStarts(25);
        Thread.sleep(chance.nextInt(300)); // the moment of the kill is what is random
      }
    }
    var done = rig.done(pipeline);
    var dead = rig.dead(pipeline);
    var timers = rig.view(rig.topics().timers());
    try (var _ = new WorkerProcess(rig, "victim")) {
      Wait.until(
          "everything has ended",
          () -> done.read().size() + " done, " + dead.read().size() + " dead",
          () -> done.read().size() + dead.read().size() + timers.read().size() >= ITEMS);
      awaitEndOfQuarantine(rig, pipeline);
    }
    audit(done, dead, timers);
  }

  /// Waits outside the lane are for what has no key here.
  private static void submit(Rig rig, Pipeline pipeline, int from, int to) {
    rig.submit(
        pipeline, from, to, i -> RetryingWorker.fate(i).equals("later") ? null : "key-" + i % KEYS);
  }

  private static void audit(TopicView done, TopicView dead, TopicView timers) throws Exception {
    var events = new ArrayList<Event>();
    for (var i = 0; i < ITEMS; i++) events.add(new Event.Submitted("job-" + i, null));
    for (var view : List.of(done, dead, timers)) {
      for (var id : TopicView.ids(view.read())) events.add(new Event.Ended(id));
    }
    Guarantees.nothingLost().verify(events);
    Guarantees.nothingDoubled().verify(events);
    for (var record : timers.read())
      assertThat(fate(TopicView.item(record).jobId())).isEqualTo("later");
    for (var letter : dead.read()) {
      assertThat(fate(TopicView.item(letter).jobId()))
          .as(TopicView.kind(letter) + ": " + TopicView.reason(letter))
          .isEqualTo("poison");
      var history = new ObjectMapper().readTree(TopicView.header(letter, HeaderNames.HISTORY));
      assertThat(history).hasSize(RetryingWorker.ATTEMPTS_MAX);
      for (var i = 0; i < history.size(); i++) {
        assertThat(history.get(i).get("attempt").asInt()).isEqualTo(i + 1);
      }
    }
  }

  private static String fate(String job) {
    return RetryingWorker.fate(Integer.parseInt(job.substring("job-".length())));
  }
}
