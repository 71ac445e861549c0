package dev.phaseline.ops.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.ops.console.Trouble.Severity;
import dev.phaseline.ops.control.TimersView;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.tracker.PhaseView;
import dev.phaseline.ops.tracker.StatusSource;
import dev.phaseline.ops.tracker.TrackerState;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.schemas.reading.PassedOver;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class DiagnosisTest {
  private static final String GONE =
      "partition 3 is stopped: pl.cities.store-3 can't be read at offset 17 any more";

  private StatusSource.NotCounted notCounted = StatusSource.NotCounted.NOTHING;

  private List<PhaseView> views = List.of();

  private Diagnosis.Timers timers =
      new Diagnosis.Timers(
          new LastAnswer<>(InstantSource.system()), false, List.of(), Instant.EPOCH);

  private List<Trouble> troubles(
      Map<ControlScope, ControlSetting> settings, Heartbeat.PhaseBeat... beats) {
    var shapes = new LinkedHashMap<String, List<String>>();
    shapes.put("cities", List.of("fetch", "store"));
    var phases = new LastAnswer<List<PhaseView>>(InstantSource.system());
    if (!views.isEmpty()) phases.ask(() -> views);
    var workers = new LastAnswer<List<WorkerView>>(InstantSource.system());
    var heartbeat =
        new Heartbeat(
            "w1", "1", "host", 1, Instant.EPOCH, false, List.of(beats), null, "", Instant.EPOCH);
    workers.ask(() -> List.of(new WorkerView(heartbeat, WorkerView.Liveness.LIVE, Duration.ZERO)));
    var told = new LastAnswer<Map<ControlScope, ControlSetting>>(InstantSource.system());
    told.ask(() -> settings);
    return Diagnosis.of(
        new PipelineShapes(shapes),
        new Diagnosis.Told(new TrackerState.Ready(0), notCounted),
        phases,
        workers,
        told,
        timers);
  }

  @Test
  void timersThatNothingFiresAreTold() {
    var known = new LastAnswer<TimersView.State>(InstantSource.system());
    known.ask(() -> new TimersView.State(false, 0, 0));
    timers = new Diagnosis.Timers(known, false, List.of(), Instant.EPOCH);
    assertThat(troubles(Map.of())).as("nothing waits for its time").isEmpty();
    timers = new Diagnosis.Timers(known, true, List.of(), Instant.EPOCH);
    assertThat(troubles(Map.of()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.severity()).isEqualTo(Severity.BAD);
              assertThat(one.title()).contains("No scheduler runs");
              assertThat(one.remedy()).contains("phaseline scheduler");
            });
    known.ask(() -> new TimersView.State(true, 7, 11));
    assertThat(troubles(Map.of()))
        .singleElement()
        .satisfies(one -> assertThat(one.title()).isEqualTo("11 timers were refused within a day"));
  }

  private static PhaseView queue(String pipeline, String phase, long letters, Duration still) {
    return new PhaseView(
        pipeline,
        phase,
        1_000,
        0,
        0,
        0,
        0,
        0,
        0,
        null,
        null,
        null,
        null,
        null,
        Map.of(),
        new PhaseView.Queue(letters, still));
  }

  @Test
  void aRedriveThatSendsNothingIsToldWithTheWayOut() {
    var long20 = Duration.ofMinutes(20);
    views =
        List.of(
            queue("cities", "fetch", 1_200, long20),
            queue("cities", "store", 34, Duration.ofHours(2)),
            queue("elsewhere", "unknown", 1, long20));
    assertThat(troubles(Map.of()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.severity()).isEqualTo(Severity.WARN);
              assertThat(one.title())
                  .isEqualTo(
                      "1,234 dead letters of cities are queued for a redrive that has sent none"
                          + " for 20 min");
              assertThat(one.remedy()).contains("phaseline dead undo cities state=queued");
              assertThat(one.link()).isEqualTo("#/dead/cities?q=state%3Dqueued");
            });
  }

  @Test
  void aRedriveThatWorksOnAnotherPhaseMovesAndOneThatIsOverIsNotTold() {
    views =
        List.of(
            queue("cities", "fetch", 0, Duration.ofSeconds(3)),
            queue("cities", "store", 34, Duration.ofHours(2)));
    assertThat(troubles(Map.of())).as("letters of fetch are sent").isEmpty();
    views = List.of(queue("cities", "fetch", 0, Duration.ofHours(2)));
    assertThat(troubles(Map.of())).as("nothing is queued").isEmpty();
  }

  @Test
  void aRecordThatTheTrackerPassedOverIsNamedWithTheWayPastIt() {
    var partition = new TopicPartition("pl.cities.fetch", 3);
    notCounted =
        new StatusSource.NotCounted(1, List.of(new PassedOver.Place(partition, 17, "too large")));
    assertThat(troubles(Map.of()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.title())
                  .contains("pl.cities.fetch, partition 3, offset 17", "too large");
              assertThat(one.remedy())
                  .contains("--topic pl.cities.fetch:3 --reset-offsets --to-offset 18");
            });
  }

  @Test
  void ofManyRecordsThatCanNotBeReadAFewAreNamedAndTheOthersCounted() {
    var passed = new PassedOver((_, _, _) -> true);
    var partition = new TopicPartition("pl.cities.fetch", 3);
    for (var offset = 0; offset < 1_000; offset++) passed.skip(partition, offset, "damaged");
    notCounted = new StatusSource.NotCounted(passed.count(), passed.last());
    assertThat(troubles(Map.of()))
        .hasSize(6)
        .last()
        .satisfies(one -> assertThat(one.title()).isEqualTo("995 more records can't be read"));
  }

  private static Heartbeat.PhaseBeat beat(RunState run, String condition, String stopped) {
    return new Heartbeat.PhaseBeat(
        "cities",
        "store",
        run,
        1,
        4,
        false,
        2,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        condition,
        stopped,
        Heartbeat.Versions.UNKNOWN,
        Heartbeat.Times.NONE,
        List.of());
  }

  @Test
  void aPartitionThatIsStoppedForGoodIsNotSaidToGoOnByItself() {
    assertThat(troubles(Map.of(), beat(RunState.RUNNING, GONE, GONE)))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.severity()).isEqualTo(Severity.BAD);
              assertThat(one.title()).isEqualTo("cities.store: " + GONE);
              assertThat(one.remedy())
                  .contains("does not go on by itself", "Drain", "--reset-offsets", "resume");
            });
  }

  @Test
  void whatPassesIsToldBesideWhatIsStopped() {
    var suspended = "suspended until 2026-03-01T12:00:00Z: the database is down";
    assertThat(troubles(Map.of(), beat(RunState.RUNNING, suspended, GONE)))
        .extracting(Trouble::title)
        .containsExactly("cities.store: " + GONE, "cities.store: " + suspended);
    assertThat(troubles(Map.of(), beat(RunState.RUNNING, suspended, "")))
        .singleElement()
        .satisfies(
            one -> assertThat(one.remedy()).isEqualTo("It goes on by itself when that is over."));
  }

  @Test
  void whatATransactionHidesLeadsToWhereItIsAborted() {
    var hidden = "records have been hidden for 42 s; " + Heartbeat.SEE_TRANSACTIONS;
    assertThat(troubles(Map.of(), beat(RunState.RUNNING, hidden, "")))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.link()).isEqualTo("#/transactions");
              assertThat(one.remedy()).contains("A hanging one never ends: abort it.");
            });
  }

  @Test
  void keysInTwoPartitionsAreNotSaidToPassByThemselves() {
    var split = Heartbeat.KEY_ORDER + " is not kept in pl.cities.store";
    assertThat(troubles(Map.of(), beat(RunState.RUNNING, split, "")))
        .singleElement()
        .satisfies(one -> assertThat(one.remedy()).contains("items of one key may overlap"));
  }

  @Test
  void aPartitionOfAHeldPhaseIsStoppedAllTheSame() {
    assertThat(troubles(Map.of(), beat(RunState.PAUSED, "paused by anna", GONE)))
        .extracting(Trouble::title)
        .containsExactly("cities.store: " + GONE);
  }

  private static PhaseView waiting(long items) {
    return new PhaseView(
        "cities", "store", items, items, 0, 0, 0, 0, 0, null, null, null, null, null, Map.of(),
        null);
  }

  private static ControlSetting said(RunState run) {
    return new ControlSetting(run, 0, null, 1, "op", new Author("anna", "test", ""), Instant.EPOCH);
  }

  @Test
  void aPhaseThatNoWorkerHasIsToldWithWhatWaitsForIt() {
    views = List.of(waiting(1_204));
    assertThat(troubles(Map.of()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.severity()).isEqualTo(Severity.BAD);
              assertThat(one.title())
                  .isEqualTo("No worker runs cities.store, where 1,204 items wait");
              assertThat(one.remedy()).contains("phaseline worker");
              assertThat(one.link()).isEqualTo("#/placement");
            });
    views = List.of(waiting(0));
    assertThat(troubles(Map.of())).as("nothing waits").isEmpty();
  }

  @Test
  void aPhaseThatIsHeldOnEachServerThatHasItIsToldWithTheServer() {
    views = List.of(waiting(1));
    var there = new ControlScope.OfPhaseAt("w1", new ControlScope.OfPhase("cities", "store"));
    assertThat(
            troubles(Map.of(there, said(RunState.DRAINED)), beat(RunState.DRAINED, "drained", "")))
        .first()
        .satisfies(
            one -> {
              assertThat(one.title())
                  .isEqualTo(
                      "No worker runs cities.store, where 1 item waits: it is drained on w1");
              assertThat(one.remedy()).contains("phaseline resume cities.store --server w1");
            });
    assertThat(
            troubles(
                Map.of(new ControlScope.OfServer("w1"), said(RunState.PAUSED)),
                beat(RunState.PAUSED, "paused", "")))
        .first()
        .satisfies(one -> assertThat(one.remedy()).contains("phaseline resume --server w1"));
  }

  @Test
  void aPhaseThatIsHeldEverywhereOnPurposeIsNoTrouble() {
    views = List.of(waiting(7));
    var settings =
        Map.<ControlScope, ControlSetting>of(
            new ControlScope.OfPhase("cities", "store"), said(RunState.PAUSED));
    assertThat(troubles(settings, beat(RunState.PAUSED, "paused", "")))
        .extracting(Trouble::title)
        .containsExactly("Phase cities.store is paused by anna");
  }

  @Test
  void namesStayAsTheyAreWritten() {
    var paused =
        new ControlSetting(
            RunState.PAUSED, 0, null, 1, "op", new Author("anna", "test", "why"), Instant.EPOCH);
    assertThat(
            troubles(
                Map.of(
                    new ControlScope.OfPhase("cities", "store"),
                    paused,
                    new ControlScope.OfPipeline("cities"),
                    paused,
                    new ControlScope.OfServer("w1"),
                    paused,
                    new ControlScope.OfPhaseAt("w1", new ControlScope.OfPhase("cities", "store")),
                    paused)))
        .extracting(Trouble::title)
        .containsExactlyInAnyOrder(
            "Phase cities.store is paused by anna: why",
            "Pipeline cities is paused by anna: why",
            "Server w1 is paused by anna: why",
            "Phase cities.store on server w1 is paused by anna: why");
  }
}
