package dev.phaseline.schemas.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.schemas.control.Heartbeat.InFlight;
import dev.phaseline.schemas.control.Heartbeat.LastError;
import dev.phaseline.schemas.control.Heartbeat.PhaseBeat;
import dev.phaseline.schemas.control.Heartbeat.Times;
import dev.phaseline.schemas.control.Heartbeat.Versions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What operators and workers tell each other survives being written and read, and what can't be
/// understood is refused, not guessed.
final class ControlFormatsTest {
  private static final Instant AT = Instant.parse("2026-11-22T10:00:00.123Z");
  private static final Author ANNA = new Author("anna@ops-1", "cli on ops-1", "because \"x\"\n");

  private static ControlSetting setting(RunState run, int permits, long revision) {
    return new ControlSetting(run, permits, null, revision, "op-" + revision, ANNA, AT);
  }

  @Test
  void scopesAreTheirKeys() {
    for (var scope :
        List.of(
            new ControlScope.OfPipeline("cities"),
            new ControlScope.OfPhase("cities", "store"),
            new ControlScope.OfServer("Worker-1"),
            new ControlScope.OfPhaseAt("Worker-1", new ControlScope.OfPhase("cities", "store")),
            new ControlScope.OfJob("cities", "a/b/ü 1"))) {
      assertThat(ControlScope.parse(scope.key())).isEqualTo(scope);
      assertThat(ControlScope.read(scope.key().getBytes(UTF_8))).isEqualTo(scope);
    }
  }

  @Test
  void keysThatAreNoScopeAreRefused() {
    for (var key :
        List.of(
            "",
            "x",
            "phase/cities",
            "phase/Cities/store",
            "job/cities/",
            "moon/x",
            "phase-at/s1/cities",
            "phase-at/s 1/a/b")) {
      assertThatThrownBy(() -> ControlScope.parse(key))
          .as("key '%s'", key)
          .isInstanceOf(UnreadableControlException.class)
          .hasMessageContaining("'" + key + "'");
    }
    assertThatThrownBy(() -> ControlScope.read(null))
        .isInstanceOf(UnreadableControlException.class);
  }

  @Test
  void settingsSurviveBeingWrittenAndRead() {
    var paused = setting(RunState.PAUSED, 50, 3);
    assertThat(ControlSetting.read(paused.toBytes())).isEqualTo(paused);
    var cancelled = new ControlSetting(RunState.RUNNING, 0, AT.plusSeconds(60), 1, "op", ANNA, AT);
    assertThat(ControlSetting.read(cancelled.toBytes())).isEqualTo(cancelled);
    assertThat(ControlSetting.read(null)).isEqualTo(ControlSetting.NONE);
  }

  @Test
  void settingsOfANewerVersionAreRefusedAndUnknownMembersAreNot() {
    for (var bad :
        List.of(
            "",
            "[]",
            "nonsense",
            "{}",
            "{\"v\":2,\"run\":\"paused\"}",
            "{\"v\":1,\"run\":\"asleep\"}",
            "{\"v\":1,\"concurrency\":-1}",
            "{\"v\":1,\"cancelledUntil\":\"tomorrow\"}")) {
      assertThatThrownBy(() -> ControlSetting.read(bad.getBytes(UTF_8)))
          .as("value '%s'", bad)
          .isInstanceOf(UnreadableControlException.class);
    }
    var more = "{\"v\":1,\"run\":\"paused\",\"colour\":\"red\"}";
    assertThat(ControlSetting.read(more.getBytes(UTF_8)).run()).isEqualTo(RunState.PAUSED);
  }

  @Test
  void auditEntriesSurviveBeingWrittenAndRead() {
    var entry =
        new AuditEntry(
            AuditEntry.Verb.PAUSE,
            new ControlScope.OfPhase("cities", "store"),
            setting(RunState.RUNNING, 5, 1),
            setting(RunState.PAUSED, 5, 2),
            "op-2",
            ANNA,
            AT);
    assertThat(AuditEntry.read(entry.toBytes())).isEqualTo(entry);
    assertThat(entry.changed()).isTrue();
  }

  @Test
  void heartbeatsSurviveBeingWrittenAndRead() {
    var beat =
        new PhaseBeat(
            "cities",
            "store",
            RunState.DRAINED,
            2,
            16,
            true,
            4,
            3,
            2,
            1,
            1,
            -1,
            100,
            2,
            3,
            4,
            "drained by anna",
            "partition 3 is stopped: gone",
            new Versions(List.of(1, 3), List.of(2), true),
            new Times(histogram(0, 7, 250, 250), histogram(1L << 60)),
            List.of(new InFlight("job-1", "/3", 4, 1_017, 2, 1_500)));
    var heartbeat =
        new Heartbeat(
            "s1",
            "1.0",
            "host",
            42,
            AT,
            true,
            List.of(beat),
            new LastError("boom", AT),
            "deaf",
            AT);
    assertThat(Heartbeat.read(heartbeat.toBytes())).isEqualTo(heartbeat);
    assertThat(beat.oldestMs()).isEqualTo(1_500);
  }

  private static Histogram histogram(long... values) {
    var counts = new long[Histogram.BUCKETS];
    for (var value : values) counts[Histogram.bucket(value)]++;
    return Histogram.of(counts);
  }

  /// What the first version wrote, byte for byte.
  private static final String FROZEN =
      """
      {"v":1,"server":"s1","version":"0.1.0","host":"h","pid":42,\
      "started":"2026-11-22T10:00:00Z","at":"2026-11-22T10:00:01Z","phases":[\
      {"pipeline":"cities","phase":"store","run":"running","lanes":2,"permits":16,"partitions":4,\
      "running":3,"held":2,"backingOff":1,"hung":0,"lag":7,"completed":100,"dead":2,"retries":3,\
      "cancelled":4%s,"inFlight":[]}]}\
      """;

  @Test
  void anOlderWorkersHeartbeatIsReadAndSaysNothingOfTimes() {
    var old = Heartbeat.read(FROZEN.formatted("").getBytes(UTF_8));
    assertThat(old.phases().getFirst().times()).isEqualTo(Heartbeat.Times.NONE);
    assertThat(old.phases().getFirst().stoppedBecause()).isEmpty();
    assertThat(old.phases().getFirst().versions()).isEqualTo(Versions.UNKNOWN);
    assertThat(old.phases().getFirst().permitsAuto()).isFalse();
    assertThat(old.phases().getFirst().completed()).isEqualTo(100);
    assertThat(old.toBytes())
        .as("who handled nothing says no more than before")
        .isEqualTo(FROZEN.formatted("").getBytes(UTF_8));
  }

  @Test
  void timesTravelAsBucketsAndCounts() {
    var text = FROZEN.formatted(",\"waitMicros\":[3,2],\"serviceMicros\":[0,5,359,1]");
    var times = Heartbeat.read(text.getBytes(UTF_8)).phases().getFirst().times();
    assertThat(times.waiting()).isEqualTo(histogram(3, 3));
    assertThat(times.service()).isEqualTo(histogram(0, 0, 0, 0, 0, Long.MAX_VALUE));
    assertThat(Heartbeat.read(text.getBytes(UTF_8)).toBytes()).isEqualTo(text.getBytes(UTF_8));
  }

  @Test
  void timesThatAreNoHistogramAreRefusedAndNotGuessed() {
    for (var bad :
        List.of("7", "[1]", "[1,-2]", "[-1,2]", "[360,1]", "[\"x\",1]", "[1,{}]", "[1,1e30]")) {
      var text = FROZEN.formatted(",\"waitMicros\":" + bad);
      assertThatThrownBy(() -> Heartbeat.read(text.getBytes(UTF_8)))
          .as(bad)
          .isInstanceOf(UnreadableControlException.class)
          .hasMessageContaining("waitMicros");
    }
  }

  @Test
  void versionsThatAreNoListOfThemAreRefused() {
    for (var bad : List.of("7", "{}", "[0]", "[-1]", "[1.5]", "[\"1\"]", "[2147483648]")) {
      var text = FROZEN.formatted(",\"versions\":" + bad);
      assertThatThrownBy(() -> Heartbeat.read(text.getBytes(UTF_8)))
          .as(bad)
          .isInstanceOf(UnreadableControlException.class)
          .hasMessageContaining("versions");
    }
  }

  @Test
  void theStrictestOfPipelinePhaseAndServerHolds() {
    var settings = new ControlSettings();
    take(settings, new ControlScope.OfPipeline("cities"), setting(RunState.PAUSED, 0, 1));
    take(settings, new ControlScope.OfServer("s2"), setting(RunState.DRAINED, 0, 1));
    take(settings, new ControlScope.OfPhase("cities", "store"), setting(RunState.RUNNING, 7, 1));

    assertThat(settings.run("cities", "store", "s1")).isEqualTo(RunState.PAUSED);
    assertThat(settings.run("cities", "fetch", "s2")).isEqualTo(RunState.DRAINED);
    assertThat(settings.run("orders", "pay", "s1")).isEqualTo(RunState.RUNNING);
    assertThat(settings.concurrency("cities", "store")).hasValue(7);
    assertThat(settings.concurrency("cities", "fetch")).isEmpty();
  }

  @Test
  void aPhaseOfOneServerHasItsOwnNumberAndItsOwnHold() {
    var settings = new ControlSettings();
    var store = new ControlScope.OfPhase("cities", "store");
    take(settings, store, setting(RunState.RUNNING, 7, 1));
    take(settings, new ControlScope.OfPhaseAt("s2", store), setting(RunState.DRAINED, 3, 1));

    assertThat(settings.concurrency("cities", "store", "s1")).hasValue(7);
    assertThat(settings.concurrency("cities", "store", "s2")).hasValue(3);
    assertThat(settings.run("cities", "store", "s1")).isEqualTo(RunState.RUNNING);
    assertThat(settings.run("cities", "store", "s2")).isEqualTo(RunState.DRAINED);
    assertThat(settings.run("cities", "fetch", "s2")).isEqualTo(RunState.RUNNING);
  }

  @Test
  void cancelledJobsAreForgottenWhenTheirTimeIsOver() {
    var settings = new ControlSettings();
    var scope = new ControlScope.OfJob("cities", "j");
    take(
        settings,
        scope,
        new ControlSetting(RunState.RUNNING, 0, AT.plusSeconds(60), 1, "op", ANNA, AT));

    assertThat(settings.cancelled("cities", AT)).containsOnlyKeys("j");
    assertThat(settings.cancelled("orders", AT)).isEmpty();
    assertThat(settings.cancelled("cities", AT.plusSeconds(60))).isEmpty();
    var unused = settings.take(scope.key().getBytes(UTF_8), null, 2);
    assertThat(settings.of(scope)).isEqualTo(ControlSetting.NONE);
  }

  @Test
  void aRecordThatCanNotBeReadLeavesTheSettingAsItWas() {
    var settings = new ControlSettings();
    var scope = new ControlScope.OfPipeline("cities");
    take(settings, scope, setting(RunState.PAUSED, 0, 1));
    var wrong = settings.take(scope.key().getBytes(UTF_8), "{\"v\":9}".getBytes(UTF_8), 7);
    assertThat(wrong).hasValueSatisfying(one -> assertThat(one.why()).contains("version 9"));
    assertThat(settings.of(scope).run()).isEqualTo(RunState.PAUSED);
    assertThat(settings.unreadable(scope)).isEqualTo(wrong);
    assertThat(settings.unreadable()).extracting(UnreadableSetting::offset).containsExactly(7L);
  }

  @Test
  void anUnreadableSettingIsHealedByTheNextRecordOrTombstoneOfItsKeyAlone() {
    var settings = new ControlSettings();
    var one = new ControlScope.OfPipeline("cities");
    var other = new ControlScope.OfPhase("hello", "greet");
    for (var key : List.of(one.key(), other.key(), "nonsense", "later/kind/of/scope")) {
      var garbage = settings.take(key.getBytes(UTF_8), "garbage".getBytes(UTF_8), 1);
      assertThat(garbage).isPresent();
    }
    assertThat(settings.unreadable()).hasSize(4);

    take(settings, one, setting(RunState.PAUSED, 0, 1));
    assertThat(settings.unreadable(one)).isEmpty();
    assertThat(settings.of(one).run()).isEqualTo(RunState.PAUSED);
    var unused = settings.take(other.key().getBytes(UTF_8), null, 2);
    var unusedToo = settings.take("nonsense".getBytes(UTF_8), null, 3);
    assertThat(settings.unreadable())
        .extracting(UnreadableSetting::label)
        .containsExactly("later/kind/of/scope");
  }

  @Test
  void unreadableKeysAreBoundedAndShownWithoutControlCharacters() {
    var settings = new ControlSettings();
    for (var i = 0; i < 5_000; i++) {
      var unused = settings.take(("\u001b[31m\u202e" + i).getBytes(UTF_8), new byte[] {1}, i);
    }
    assertThat(settings.unreadable()).hasSize(1_000);
    assertThat(settings.unreadable().getFirst().label()).isEqualTo("?[31m?0");
    assertThat(settings.unreadable().getFirst().why()).doesNotContain("\u001b", "\u202e");
  }

  @Test
  void numbersThatAreNoneOrOutOfRangeAreRefusedAndNotCutDown() {
    for (var bad :
        List.of(
            "99999999999", "-1", "100001", "1.5", "\"7\"", "1e3", "9223372036854775808", "{}")) {
      assertUnreadable("{\"v\":1,\"concurrency\":" + bad + "}", "concurrency");
    }
    for (var bad : List.of("-1", "9223372036854775807", "18446744073709551617", "true")) {
      assertUnreadable("{\"v\":1,\"revision\":" + bad + "}", "revision");
    }
    for (var bad : List.of("4294967297", "\"1\"", "1.5", "0", "-1", "null")) {
      assertUnreadable("{\"v\":" + bad + "}", "version");
    }
    for (var bad : List.of("+1000000000-12-31T23:59:59Z", "-0001-01-01T00:00:00Z", "soon")) {
      assertUnreadable("{\"v\":1,\"cancelledUntil\":\"" + bad + "\"}", "cancelledUntil");
    }
  }

  private static void assertUnreadable(String json, String naming) {
    assertThatThrownBy(() -> ControlSetting.read(json.getBytes(UTF_8)))
        .as(json)
        .isInstanceOf(UnreadableControlException.class)
        .hasMessageContaining(naming);
  }

  @Test
  void aHeartbeatWithNamesOrNumbersThatCantBeIsRefused() {
    var good = FROZEN.formatted("");
    for (var change :
        List.of(
            List.of("\"s1\"", "\"\\u001b]0;evil\""),
            List.of("\"cities\"", "\"c\\u001b[2J\""),
            List.of("\"store\"", "\"\""),
            List.of("\"permits\":16", "\"permits\":99999999999"),
            List.of("\"held\":2", "\"held\":-2"),
            List.of("\"lag\":7", "\"lag\":-2"),
            List.of("\"completed\":100", "\"completed\":1e300"),
            List.of("\"pid\":42", "\"pid\":\"42\""))) {
      assertThat(good).contains(change.getFirst());
      var bad = good.replace(change.getFirst(), change.getLast());
      assertThatThrownBy(() -> Heartbeat.read(bad.getBytes(UTF_8)))
          .as(bad)
          .isInstanceOf(UnreadableControlException.class)
          .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\u001b"));
    }
  }

  @Test
  void tooLongTextIsCutNotRefused() {
    var author = new Author("x".repeat(1_000), "y".repeat(1_000), "z".repeat(5_000));
    assertThat(author.by()).hasSize(200);
    assertThat(author.reason()).hasSize(1_000);
  }

  private static void take(ControlSettings settings, ControlScope scope, ControlSetting setting) {
    assertThat(settings.take(scope.key().getBytes(UTF_8), setting.toBytes(), 1)).isEmpty();
  }
}
