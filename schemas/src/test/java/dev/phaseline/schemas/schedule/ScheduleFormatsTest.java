package dev.phaseline.schemas.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.phaseline.schemas.control.Author;
import dev.phaseline.schemas.schedule.ScheduleRun.Cause;
import dev.phaseline.schemas.schedule.ScheduleRun.Decision;
import dev.phaseline.schemas.schedule.ScheduleRun.Outcome;
import dev.phaseline.schemas.schedule.ScheduleRun.Why;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ScheduleFormatsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant T = Instant.parse("2026-01-31T02:00:00Z");
  private static final ScheduleRecord.Change CHANGE =
      new ScheduleRecord.Change("op-1", new Author("ann@host", "cli", "because"), T);
  private static final String JOB = "\"pipeline\":\"cities\",\"phase\":\"fetch\"";

  @Test
  void everyKindOfDefinitionIsReadAsItWasWritten() {
    for (var text :
        List.of(
            "{\"cron\":\"@daily\"," + JOB + "}",
            """
            {"cron":["0 2 * * *","0 4 * * SUN"],"zone":"Europe/Berlin","exclude":["12-25"],
             "from":"2026-01-01T00:00:00Z","until":"2027-01-01T00:00:00Z","runsMax":100,
             "overlap":"buffer-all","overlapMax":7,"catchUp":"all","catchUpWindow":"2d",
             "jitter":"30s","pauseAfterFailures":3,"note":"ü",
             "pipeline":"cities","phase":"fetch","payload":"{\\"day\\":\\"${nominal.date}\\"}",
             "key":"${schedule}","tags":{"team":"a","x":"y z"},"priority":0,"timeout":"10m"}
            """,
            "{\"every\":\"1h\",\"offset\":\"5m\",\"overlap\":\"allow\"," + JOB + "}",
            "{\"every\":\"PT1H\",\"overlap\":\"allow\",\"overlapMax\":1," + JOB + "}",
            "{\"every\":\"100ms\",\"payloadBase64\":\"AAEC\"," + JOB + "}",
            "{\"continuous\":true,\"pause\":\"1s\",\"backOff\":\"2s\",\"backOffMax\":\"1m\","
                + "\"idleItems\":1,"
                + JOB
                + "}")) {
      var spec = spec(text);
      assertThat(ScheduleFormat.read(ScheduleFormat.toJson(spec))).isEqualTo(spec);
      var record = ScheduleRecord.made(3, spec, CHANGE);
      assertThat(ScheduleRecord.read(record.toBytes())).isEqualTo(record);
    }
  }

  @Test
  void slipsAreNamedWithTheirField() {
    refused("{" + JOB + "}", "cron", "one of cron, every and continuous");
    refused("{\"cron\":\"@daily\",\"every\":\"1h\"," + JOB + "}", "cron", "has cron and every");
    refused("{\"every\":\"0s\"," + JOB + "}", "every", "shortest interval is 100ms");
    refused("{\"every\":\"99ms\"," + JOB + "}", "every", "shortest interval is 100ms");
    refused("{\"every\":\"1 hour\"," + JOB + "}", "every", "'1 hour' is no duration");
    refused("{\"every\":\"-PT1H\"," + JOB + "}", "every", "'-PT1H' is no duration");
    refused("{\"every\":\"1h\",\"offset\":\"1h\"," + JOB + "}", "offset", "less than every");
    refused("{\"every\":\"1h\",\"jitter\":\"2h\"," + JOB + "}", "jitter", "more than every");
    refused("{\"cron\":[],\"zone\":\"UTC\"," + JOB + "}", "cron", "no line");
    refused("{\"cron\":\"@daily\",\"zone\":\"Europe/Berln\"," + JOB + "}", "zone", "Europe/Berlin");
    refused("{\"cron\":\"@daily\",\"zone\":\"Mars\\u001b[31m\"," + JOB + "}", "zone", "Mars?[31m");
    refused(
        "{\"cron\":\"@daily\",\"from\":\"2026-02-01T00:00:00Z\",\"until\":\"2026-01-01T00:00:00Z\","
            + JOB
            + "}",
        "until",
        "not after from");
    refused("{\"cron\":\"@daily\",\"overlap\":\"skipp\"," + JOB + "}", "overlap", "mean skip?");
    refused("{\"cron\":\"@daily\",\"overlapMax\":2," + JOB + "}", "overlapMax", "buffer-all");
    refused("{\"cron\":\"@daily\",\"zoen\":\"UTC\"," + JOB + "}", "zoen", "did you mean zone");
    refused("{\"continuous\":true,\"overlap\":\"allow\"," + JOB + "}", "overlap", "never overlap");
    refused("{\"continuous\":true,\"zone\":\"UTC\"," + JOB + "}", "zone", "not known");
    refused("{\"cron\":\"@daily\",\"phase\":\"fetch\"}", "pipeline", "pipeline is missing");
    refused("{\"cron\":\"@daily\",\"pipeline\":\"A B\",\"phase\":\"x\"}", "pipeline", "not valid");
    refused("{\"cron\":\"@daily\",\"payload\":\"${nom}\"," + JOB + "}", "payload", "${nominal}");
    refused("{\"cron\":\"@daily\",\"payload\":\"${nominal\"," + JOB + "}", "payload", "unknown");
    refused("{\"cron\":\"@daily\",\"payloadBase64\":\"?\"," + JOB + "}", "payloadBase64", "Base64");
    refused(
        "{\"cron\":\"@daily\",\"payload\":\"\",\"payloadBase64\":\"\"," + JOB + "}",
        "payload",
        "both");
    refused("{\"cron\":\"@daily\",\"tags\":{\"nominal\":\"x\"}," + JOB + "}", "tags", "itself");
    refused("{\"cron\":\"@daily\",\"timeout\":\"0s\"," + JOB + "}", "timeout", "0s");
    refused("{\"cron\":\"@daily\",\"priority\":10," + JOB + "}", "priority", "0 to 9");
    refused("[]", "", "no JSON object");
  }

  private static void refused(String json, String field, String message) {
    assertThatThrownBy(() -> spec(json))
        .isInstanceOf(InvalidScheduleException.class)
        .hasMessageContaining(message)
        .satisfies(
            thrown -> assertThat(((InvalidScheduleException) thrown).field()).isEqualTo(field));
  }

  @Test
  void changesCountRevisionsAndKeepWhatTheyAreNotAbout() {
    var first = ScheduleRecord.made(1, spec("{\"every\":\"1h\"," + JOB + "}"), CHANGE);
    var later = new ScheduleRecord.Change("op-2", new Author("bob", "", ""), T.plusSeconds(60));
    var sameTimes = first.withSpec(spec("{\"every\":\"1h\",\"note\":\"x\"," + JOB + "}"), later);
    assertThat(sameTimes.run().timed()).isEqualTo(T);
    assertThat(sameTimes.revision()).isEqualTo(2);
    var otherTimes = sameTimes.withSpec(spec("{\"every\":\"2h\"," + JOB + "}"), later);
    assertThat(otherTimes.run().timed()).isEqualTo(later.at());
    var resumed = otherTimes.pausedBy(later).resumedBy(later);
    assertThat(resumed.run().resumed()).isEqualTo(resumed.revision()).isEqualTo(5);
    var ordered =
        resumed
            .with(new ScheduleOrder.Trigger("a-1", T), later)
            .with(new ScheduleOrder.Backfill("a-2", T, T.minusSeconds(60), T, 4), later);
    assertThat(ScheduleRecord.read(ordered.toBytes())).isEqualTo(ordered);
    var removed = ordered.removedBy(later);
    assertThat(removed.isRemoved()).isTrue();
    assertThat(ScheduleRecord.read(removed.toBytes())).isEqualTo(removed);
  }

  @Test
  void ofTooManyOrdersTheOldestDropOut() {
    var record = ScheduleRecord.made(1, spec("{\"every\":\"1h\"," + JOB + "}"), CHANGE);
    for (var i = 0; i < ScheduleRecord.ORDERS_MAX + 1; i++) {
      record = record.with(new ScheduleOrder.Trigger("order-" + i, T), CHANGE);
    }
    assertThat(record.orders()).hasSize(ScheduleRecord.ORDERS_MAX);
    assertThat(record.orders().getFirst().id()).isEqualTo("order-1");
  }

  @Test
  void everyDecisionIsReadAsItWasWritten() {
    for (var decision :
        List.of(
            new Decision.Submitted("s~1@x", Duration.ofMillis(-3)),
            new Decision.Buffered(4),
            new Decision.Skipped(Why.RUNNING, T, 1, "s~1@x"),
            new Decision.Skipped(Why.MISSED, T.plusSeconds(60), 61, null),
            new Decision.Ended("s~1@x", Outcome.DEAD, Duration.ofMillis(7), 12))) {
      var run = new ScheduleRun("s", 1, T, Cause.CATCH_UP, decision, T.plusMillis(5));
      assertThat(ScheduleRun.read("s", run.toBytes())).isEqualTo(run);
    }
  }

  @Test
  void aStatusIsReadAsItWasWritten() {
    status(null, null, null);
    status(T, new ScheduleStatus.LastRun(T, "s~1@x", T, null, null), "no tracker runs");
    status(T, new ScheduleStatus.LastRun(T, "s~1@x", T, Outcome.DONE, Duration.ofMillis(9)), null);
  }

  private static void status(
      @Nullable Instant next, ScheduleStatus.@Nullable LastRun last, @Nullable String trouble) {
    var status =
        new ScheduleStatus(
            2,
            7,
            ScheduleStatus.State.FAILED,
            new ScheduleStatus.Counts(100, 3, 2, 1),
            new ScheduleStatus.Now(
                next,
                List.of(new ScheduleStatus.RunningJob("s~2@x", T)),
                last,
                List.of(new ScheduleStatus.BackfillState("a-1", T, T.plusSeconds(5))),
                T),
            trouble);
    assertThat(ScheduleStatus.read(status.toBytes())).isEqualTo(status);
  }

  @Test
  void aRecordOfAnotherVersionOrWithAnUnknownFieldIsRefused() {
    var record = ScheduleRecord.made(1, spec("{\"every\":\"1h\"," + JOB + "}"), CHANGE);
    var json = new String(record.toBytes(), UTF_8);
    for (var broken :
        List.of(
            json.replace("\"v\":1", "\"v\":2"),
            json.replace("\"v\":1", "\"v\":1,\"more\":1"),
            json.replace("\"v\":1", "\"v\":1,\"v\":1"),
            json.replace("\"revision\":1", "\"revision\":0"),
            json.replace("\"generation\":1", "\"generation\":\"1\""),
            json.replace("\"revision\":1", "\"revision\":9007199254740993"),
            json.substring(1),
            json + "{}",
            "")) {
      assertThatThrownBy(() -> ScheduleRecord.read(broken.getBytes(UTF_8)))
          .as(broken)
          .isInstanceOf(InvalidScheduleException.class);
    }
    assertThatThrownBy(() -> ScheduleRecord.read(null))
        .isInstanceOf(InvalidScheduleException.class);
  }

  @Test
  void placeholdersAreFilledIn() {
    var values =
        new Placeholders("nightly", "nightly~1@x", T.plusMillis(7), ZoneId.of("Europe/Berlin"));
    assertThat(
            values.fill(
                "${nominal} ${nominal.ms} ${nominal.date} ${nominal.time} ${schedule} ${job}"
                    + " $${nominal} $ {} $x"))
        .isEqualTo(
            "2026-01-31T02:00:00.007Z 1769824800007 2026-01-31 2026-01-31T03:00:00+01:00 nightly"
                + " nightly~1@x ${nominal} $ {} $x");
  }

  @Test
  void theScheduleOfAJobIsReadFromItsId() {
    for (var job :
        List.of(
            ScheduleIds.jobOf("a.b-c_D", 3, T),
            ScheduleIds.jobOf("a.b-c_D", 3, T.plusMillis(100), "order-1"),
            ScheduleIds.jobOf("a.b-c_D", 12, "order-1"))) {
      assertThat(ScheduleIds.scheduleOf(job)).contains("a.b-c_D");
    }
    for (var other : List.of("a", "a~b", "a~0@" + T, "~1@" + T, "a b~1@" + T, "order-17")) {
      assertThat(ScheduleIds.scheduleOf(other)).isEmpty();
    }
    assertThatThrownBy(() -> ScheduleIds.check("a~b")).hasMessageContaining("not valid");
  }

  private static ScheduleSpec spec(String json) {
    try {
      return ScheduleFormat.read(JSON.readTree(json));
    } catch (JsonProcessingException broken) {
      throw new AssertionError(broken);
    }
  }
}
