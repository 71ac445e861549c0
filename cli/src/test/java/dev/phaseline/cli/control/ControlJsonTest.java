package dev.phaseline.cli.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.phaseline.ops.control.AuditLine;
import dev.phaseline.ops.control.WorkerView;
import dev.phaseline.ops.dead.LetterJson;
import dev.phaseline.schemas.control.AuditEntry;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.control.ControlScope;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.control.Heartbeat;
import dev.phaseline.schemas.control.RunState;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
        ControlJson.setting(NONE),
        """
            {"run":"running",
             "revision":0}""");
    same(
        ControlJson.setting(ALL),
        """
            {"run":"paused",
             "concurrency":7,
             "cancelledUntil":"2026-11-01T12:01:00Z",
             "revision":3,
             "by":"ann",
             "from":"cli",
             "reason":"why",
             "at":"2026-11-01T12:00:00Z"}""");
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
        ControlJson.audit(new AuditLine(12, entry)),
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
             "at":"2026-11-01T12:00:00Z"}}""");
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
            Heartbeat.Times.NONE,
            List.of(new Heartbeat.InFlight("job-1", "/3", 1, 2, 3, 4_000)));
    var error = new Heartbeat.LastError("broke", AT);
    var full =
        new Heartbeat("w-1", "0.1.0", "rack", 4711, AT, false, List.of(beat), error, "sick", AT);
    var bare = new Heartbeat("w-2", "0.1.0", "rack", 1, AT, false, List.of(), null, "", AT);
    same(
        ControlJson.worker(view(full)),
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
             "ageMs":4000}]}]}""");
    same(
        ControlJson.worker(view(bare)),
        """
            {"server":"w-2",
             "state":"live",
             "ageMs":1500,
             "version":"0.1.0",
             "host":"rack",
             "pid":1,
             "started":"2026-11-01T12:00:00Z",
             "phases":[]}""");
  }

  private static void same(Object answer, String recorded) throws IOException {
    assertThat(JSON.readTree(LetterJson.line(answer))).isEqualTo(JSON.readTree(recorded));
  }

  private static WorkerView view(Heartbeat beat) {
    return new WorkerView(beat, WorkerView.Liveness.LIVE, Duration.ofMillis(1_500));
  }
}
