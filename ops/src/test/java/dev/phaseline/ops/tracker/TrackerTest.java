package dev.phaseline.ops.tracker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.schemas.HeaderNames;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.RecordRef;
import dev.phaseline.schemas.TopicNames;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Trackers on a real broker.
@Tag("broker")
final class TrackerTest {
  @TempDir private static Path folder;
  private static TrackerRig rig;

  @BeforeAll
  static void open() {
    rig = new TrackerRig(folder.resolve("data"));
  }

  @AfterAll
  static void close() {
    rig.close();
  }

  @Test
  void twoTrackersGiveTheSameAnswersAndOneTakesOverFromTheOther() throws Exception {
    var random = new Random(11);
    var names = rig.space("two");
    var sim = new WorkSim(names, random, rig, "t", System.currentTimeMillis());
    sim.run(1_500, 150);
    var one = Tracker.start(config("one", names), InFlight.UNKNOWN);
    try (var two = Tracker.start(config("two", names), InFlight.UNKNOWN)) {
      TrackerRig.until(
          TrackerRig.PATIENCE,
          () -> {
            Truth.check(sim, one.status());
            Truth.check(sim, two.status());
          });
      one.close();
      assertThat(one.state()).isInstanceOf(TrackerState.Failed.class);
      assertThatThrownBy(() -> one.status().job("x")).isInstanceOf(UnavailableException.class);
      sim.finish();
      TrackerRig.until(TrackerRig.PATIENCE, () -> Truth.check(sim, two.status()));
    } finally {
      one.close();
    }
  }

  @Test
  void untilItHasReadItsStoreBackItSaysSo() throws Exception {
    var names = rig.space("back");
    var sim = new WorkSim(names, new Random(5), rig, "b", System.currentTimeMillis());
    sim.run(500, 50);
    try (var tracker = Tracker.start(config("one", names), InFlight.UNKNOWN)) {
      TrackerRig.until(TrackerRig.PATIENCE, () -> Truth.check(sim, tracker.status()));
    }
    // Another folder: everything has to be read back, of which it gets nothing for now.
    var held = new HeldRestore();
    var kafka = held.in(rig.broker.clientConfig());
    var elsewhere = TrackerConfig.of("one", kafka, folder.resolve("elsewhere")).withNames(names);
    try (var tracker = Tracker.start(elsewhere, InFlight.UNKNOWN);
        held) {
      assertThat(tracker.state()).isInstanceOf(TrackerState.Restoring.class);
      held.awaitReached(TrackerRig.PATIENCE);
      assertThat(tracker.state()).isInstanceOf(TrackerState.Restoring.class);
      assertThatThrownBy(() -> tracker.status().phases())
          .isInstanceOf(RestoringException.class)
          .hasMessageContaining("restoring");
      held.close();
      assertThat(tracker.awaitReady(TrackerRig.PATIENCE)).isTrue();
      checkFirstAnswers(sim, tracker);
    }
  }

  /// Nothing was new, so what it says is true from its first answer on. It may have none: a
  /// partition may go from one of its threads to the other right after it was ready.
  private static void checkFirstAnswers(WorkSim sim, Tracker tracker) throws Exception {
    var endNanos = System.nanoTime() + TrackerRig.PATIENCE.toNanos();
    while (true) {
      try {
        Truth.check(sim, tracker.status());
        return;
      } catch (RestoringException | UnavailableException notNow) {
        if (System.nanoTime() > endNanos) throw notNow;
        assertThat(tracker.awaitReady(TrackerRig.PATIENCE)).isTrue();
      }
    }
  }

  /// The new topic has more records than were read of the old one.
  @Test
  void topicsThatAreMadeAnewAreReadFromTheirFirstRecord() throws Exception {
    var names = rig.space("anew");
    try (var tracker = Tracker.start(config("one", names), InFlight.UNKNOWN)) {
      for (var i = 0; i < 3; i++) letter(names, "old" + i);
      TrackerRig.until(TrackerRig.PATIENCE, () -> assertThat(dead(tracker)).isEqualTo(3));
      rig.admin.deleteTopics(List.of(names.dead(WorkSim.PIPELINE))).all().get();
      TrackerRig.until(
          TrackerRig.PATIENCE,
          () -> assertThat(rig.topics()).doesNotContain(names.dead(WorkSim.PIPELINE)));
      var _ = rig.space("anew");
      for (var i = 0; i < 10; i++) letter(names, "new" + i);
      TrackerRig.until(
          TrackerRig.PATIENCE,
          () -> {
            for (var i = 0; i < 10; i++) assertThat(tracker.status().job("new" + i)).isPresent();
            assertThat(dead(tracker)).isEqualTo(10);
          });
    }
  }

  private static long dead(Tracker tracker) {
    return tracker.status().phases().stream().mapToLong(PhaseView::dead).sum();
  }

  private static void letter(TopicNames names, String job) {
    var headers = ItemHeaders.ofJob(job).forNext(RecordRef.valueOf("fetch/0/100000")).toKafka();
    headers.add(HeaderNames.PHASE, "fetch".getBytes(UTF_8));
    var _ =
        rig.write(names.dead(WorkSim.PIPELINE), "key", true, headers, System.currentTimeMillis());
  }

  @Test
  void aTrackerOutlivesBrokersThatComeAndGo() throws Exception {
    var names = rig.space("outage");
    var sim = new WorkSim(names, new Random(7), rig, "o", System.currentTimeMillis());
    sim.run(200, 20);
    try (var tracker = Tracker.start(config("one", names), InFlight.UNKNOWN)) {
      TrackerRig.until(TrackerRig.PATIENCE, () -> Truth.check(sim, tracker.status()));
      for (var outage = 0; outage < 3; outage++) {
        sim.run(100, 20); // so that it may be in the middle of a transaction
        rig.broker.restart();
        assertThat(tracker.failure()).isEmpty();
        sim.run(100, 20);
        TrackerRig.until(TrackerRig.PATIENCE, () -> Truth.check(sim, tracker.status()));
      }
      assertThat(tracker.failure()).isEmpty();
    }
  }

  @Test
  void whatIsMissingIsNamedWithTheRemedy() {
    assertThatThrownBy(
            () -> Tracker.start(config("one", new TopicNames("nowhere")), InFlight.UNKNOWN))
        .isInstanceOf(TrackerException.class)
        .hasMessageContaining("nowhere.jobs, nowhere.timers")
        .hasMessageContaining("phaseline topics create");
    var away =
        TrackerConfig.of("x", Map.of("bootstrap.servers", "127.0.0.1:9"), folder.resolve("x"))
            .withTuning(TrackerConfig.Tuning.DEFAULT.withStartWait(Duration.ofSeconds(2)));
    assertThatThrownBy(() -> Tracker.start(away, InFlight.UNKNOWN))
        .hasMessageContaining("no broker answers at 127.0.0.1:9");
    assertThatThrownBy(() -> TrackerConfig.of("a b", Map.of("bootstrap.servers", "x"), folder))
        .hasMessageContaining("'a b'");
  }

  private static TrackerConfig config(String name, TopicNames names) {
    return rig.config(name, names, folder.resolve(names.namespace() + name));
  }
}
