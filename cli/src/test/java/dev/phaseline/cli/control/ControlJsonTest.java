package dev.phaseline.cli.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.ops.control.AuditLine;
import dev.phaseline.ops.control.AuditPage;
import dev.phaseline.ops.control.Change;
import dev.phaseline.ops.control.RefusedTimer;
import dev.phaseline.ops.control.TimersView;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.schemas.PartitionOffset;
import dev.phaseline.schemas.control.AuditEntry;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.RunState;
import dev.phaseline.schemas.control.UnreadableSetting;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// The `--json` of the commands about workers, member by member: it is an interface of scripts. The
/// texts were recorded before records took the place of maps.
final class ControlJsonTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Instant AT = Instant.parse("2026-11-01T12:00:00Z");

  private static final ControlSetting NONE =
      new ControlSetting(RunState.RUNNING, 0, null, 0, "", new Author("nobody", "", ""), AT);
  private static final ControlSetting ALL =
      new ControlSetting(
          RunState.PAUSED, 7, AT.plusSeconds(60), 3, "op-1", new Author("ann", "cli", "why"), AT);

  @Test
  void aSettingThatWasNeverGivenHasNoAuthor() throws IOException {
    same(
        ControlJson.Setting.of(NONE),
        """
        {"run":"running",
         "revision":0}\
        """);
    same(
        ControlJson.Setting.of(ALL),
        """
        {"run":"paused",
         "concurrency":7,
         "cancelledUntil":"2026-11-01T12:01:00Z",
         "revision":3,
         "by":"ann",
         "from":"cli",
         "reason":"why",
         "at":"2026-11-01T12:00:00Z"}\
        """);
  }

  @Test
  void aLineOfTheAuditHasBothSettings() throws IOException {
    var entry =
        new AuditEntry(
            AuditEntry.Verb.PAUSE,
            new ControlScope.OfPhase("cities", "store"),
            NONE,
            ALL,
            "op-1",
            new Author("ann", "cli", ""),
            AT);
    same(
        ControlJson.Command.of(new AuditLine(12, entry)),
        """
        {"place":12,
         "at":"2026-11-01T12:00:00Z",
         "verb":"pause",
         "scope":"phase/cities/store",
         "changed":true,
         "by":"ann",
         "from":"cli",
         "reason":"",
         "operation":"op-1",
         "before":{"run":"running",
         "revision":0},
         "after":{"run":"paused",
         "concurrency":7,
         "cancelledUntil":"2026-11-01T12:01:00Z",
         "revision":3,
         "by":"ann",
         "from":"cli",
         "reason":"why",
         "at":"2026-11-01T12:00:00Z"}}\
        """);
  }

  @Test
  void aWorkerHasItsPhasesAndWhatIsWrongOnlyWhereSomethingIs() throws IOException {
    var beat =
        new Heartbeat.PhaseBeat(
            "cities",
            "store",
            RunState.RUNNING,
            1,
            8,
            true,
            3,
            2,
            1,
            4,
            0,
            -1,
            1L << 40,
            5,
            6,
            7,
            "slow",
            "",
            Heartbeat.Versions.UNKNOWN,
            Heartbeat.Times.NONE,
            List.of(new Heartbeat.InFlight("job-1", "/3", 1, 2, 3, 4_000)));
    var error = new Heartbeat.LastError("broke", AT);
    var full =
        new Heartbeat("w-1", "0.1.0", "rack", 4711, AT, false, List.of(beat), error, "sick", AT);
    var bare = new Heartbeat("w-2", "0.1.0", "rack", 1, AT, false, List.of(), null, "", AT);
    same(
        ControlJson.Worker.of(view(full)),
        """
        {"server":"w-1",
         "state":"live",
         "ageMs":1500,
         "version":"0.1.0",
         "host":"rack",
         "pid":4711,
         "started":"2026-11-01T12:00:00Z",
         "trouble":"sick",
         "lastError":{"at":"2026-11-01T12:00:00Z",
         "what":"broke"},
         "phases":[{"phase":"cities.store",
         "run":"running",
         "lanes":1,
         "permits":8,
         "permitsAuto":true,
         "partitions":3,
         "running":2,
         "held":1,
         "backingOff":4,
         "hung":0,
         "lag":-1,
         "completed":1099511627776,
         "dead":5,
         "retries":6,
         "cancelled":7,
         "condition":"slow",
         "inFlight":[{"job":"job-1",
         "path":"/3",
         "attempt":3,
         "ageMs":4000}]}]}\
        """);
    same(
        ControlJson.Worker.of(view(bare)),
        """
        {"server":"w-2",
         "state":"live",
         "ageMs":1500,
         "version":"0.1.0",
         "host":"rack",
         "pid":1,
         "started":"2026-11-01T12:00:00Z",
         "phases":[]}\
        """);
  }

  @Test
  void settingsAreOrderedByTheirScopeAndTheAuditGoesOn() throws IOException {
    var settings = new HashMap<ControlScope, ControlSetting>();
    settings.put(new ControlScope.OfServer("w-1"), NONE);
    settings.put(new ControlScope.OfPhase("cities", "store"), NONE);
    var unreadable = List.of(new UnreadableSetting("phase/cities/clean".getBytes(UTF_8), 3, "odd"));
    same(
        ControlJson.Settings.of(
            settings, unreadable, new AuditPage(List.of(), OptionalLong.of(7), List.of("place 8"))),
        """
        {"settings":{"phase/cities/store":{"run":"running","revision":0},
         "server/w-1":{"run":"running","revision":0}},
         "unreadable":[{"key":"phase/cities/clean","offset":3,"why":"odd"}],
         "audit":[],
         "auditUnreadable":["place 8"],
         "next":7}\
        """);
    same(
        ControlJson.Settings.of(
            Map.of(), List.of(), new AuditPage(List.of(), OptionalLong.empty())),
        """
        {"settings":{},"unreadable":[],"audit":[],"auditUnreadable":[]}\
        """);
    same(
        ControlJson.Repaired.of(unreadable),
        """
        {"repaired":[{"key":"phase/cities/clean","offset":3,"why":"odd"}]}\
        """);
  }

  @Test
  void aCommandAnswersTheSettingItsOwnOperationAndAWarningIfThereIsOne() throws IOException {
    var scope = new ControlScope.OfPhase("cities", "store");
    same(
        ControlJson.Changed.of(new Change(scope, NONE, ALL, "op-2")),
        """
        {"scope":"phase/cities/store",
         "changed":true,
         "run":"paused",
         "concurrency":7,
         "cancelledUntil":"2026-11-01T12:01:00Z",
         "revision":3,
         "by":"ann",
         "from":"cli",
         "reason":"why",
         "at":"2026-11-01T12:00:00Z",
         "operation":"op-2"}\
        """);
  }

  @Test
  void timersThatWereRefusedAreTextThroughout() throws IOException {
    var refused =
        new RefusedTimer(
            AT, new PartitionOffset(2, 41), "t-1", "job-1", "pl.a.b", "no_topic", "no");
    same(
        ControlJson.Timers.of(new TimersView.State(true, 5, 1), List.of(refused)),
        """
        {"scheduler":true,
         "unread":5,
         "refused":[{"at":"2026-11-01T12:00:00Z",
         "place":"2-41",
         "id":"t-1",
         "job":"job-1",
         "target":"pl.a.b",
         "kind":"no_topic",
         "reason":"no"}]}\
        """);
  }

  private static void same(Object answer, String recorded) throws IOException {
    assertThat(JSON.readTree(LetterJson.line(answer))).isEqualTo(JSON.readTree(recorded));
  }

  private static WorkerView view(Heartbeat beat) {
    return new WorkerView(beat, WorkerView.Liveness.LIVE, Duration.ofMillis(1_500));
  }
}
