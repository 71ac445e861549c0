package dev.phaseline.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.scheduler.policy.Plans;
import dev.phaseline.schemas.ItemHeaders;
import dev.phaseline.schemas.control.ControlSetting;
import dev.phaseline.schemas.schedule.ScheduleRun.Decision;
import dev.phaseline.schemas.schedule.ScheduleStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ScheduleTopologyTest {
  @TempDir private Path folder;

  @Test
  void aRunIsAJobWithADecisionAndAStatus() {
    try (var rig = new ScheduleRig(folder)) {
      rig.put(
          "nightly",
          "'every':'1m','payload':'${schedule} ${nominal.date}','key':'k-${schedule}',"
              + "'tags':{'team':'a'},'timeout':'10m','priority':2");
      rig.pass(Duration.ofSeconds(60));

      var job = rig.read(ScheduleRig.TARGET).getFirst();
      assertThat(new String(job.value(), UTF_8)).isEqualTo("nightly 2026-03-01");
      assertThat(new String(job.key(), UTF_8)).isEqualTo("k-nightly");
      var headers = ItemHeaders.read(ScheduleRig.TARGET, 0, 0, job.headers());
      assertThat(headers.jobId()).isEqualTo("nightly~1@2026-03-01T12:01:00Z");
      assertThat(headers.job().tagMap())
          .containsEntry("team", "a")
          .containsEntry("schedule", "nightly")
          .containsEntry("nominal", "2026-03-01T12:01:00Z");
      assertThat(headers.job().priority()).isEqualTo(2);
      assertThat(headers.job().deadline())
          .isBetween(rig.now().plusSeconds(590), rig.now().plusSeconds(600));

      var run = rig.runs().getLast();
      assertThat(run.schedule()).isEqualTo("nightly");
      assertThat(run.decision()).isInstanceOf(Decision.Submitted.class);
      var status = rig.status();
      assertThat(status.counts().runs()).isEqualTo(1);
      assertThat(status.now().running()).hasSize(1);
      assertThat(status.now().next()).isEqualTo(ScheduleRig.START.plusSeconds(120));
      assertThat(rig.counts.snapshot().submitted()).isEqualTo(1);
      assertThat(rig.counts.snapshot().schedules()).isEqualTo(1);
    }
  }

  @Test
  void theEndOfAJobComesToItsScheduleAndEndsOfOthersDoNot() {
    try (var rig = new ScheduleRig(folder)) {
      rig.put("loop", "'continuous':true,'pause':'1s'");
      var first = rig.jobs();
      assertThat(first).hasSize(1);
      rig.pass(Duration.ofSeconds(10));
      assertThat(rig.jobs()).isEmpty();
      rig.end("order-17", "done");
      rig.end("loop~1@1970-01-01T00:00:00Z", "done"); // it was never submitted
      assertThat(rig.read("pl.schedule-ends")).hasSize(1);
      rig.pass(Duration.ofSeconds(10));
      assertThat(rig.jobs()).isEmpty();
      rig.end(first.getFirst(), "done");
      rig.pass(Duration.ofSeconds(1));
      assertThat(rig.jobs()).hasSize(1);
      assertThat(rig.runs()).anyMatch(run -> run.decision() instanceof Decision.Ended);
    }
  }

  @Test
  void aMissingTrackerIsToldWithinSecondsAndNoLongerOnceOneRuns() {
    try (var rig = new ScheduleRig(folder)) {
      rig.trackers = TrackerWatch.State.MISSING;
      rig.put("loop", "'continuous':true");
      for (var second = 0; second < 9; second++) rig.pass(Duration.ofSeconds(1));
      assertThat(rig.status().trouble())
          .contains("no tracker runs in namespace 'pl'")
          .contains("start one with");
      assertThat(rig.counts.snapshot().troubles()).isEqualTo(1);
      rig.trackers = TrackerWatch.State.RUNS;
      for (var second = 0; second < 4; second++) rig.pass(Duration.ofSeconds(1));
      assertThat(rig.status().trouble()).isNull();
    }
  }

  @Test
  void aMissingTopicHoldsTheScheduleUntilItIsThere() {
    try (var rig = new ScheduleRig(folder)) {
      rig.topics.clear();
      rig.put("nightly", "'every':'10s','overlap':'allow'");
      rig.pass(Duration.ofSeconds(15));
      assertThat(rig.status().trouble()).contains("topic pl.cities.fetch is missing");
      assertThat(rig.jobs()).isEmpty();
      rig.topics.put(ScheduleRig.TARGET, 1 << 20);
      rig.pass(Duration.ofSeconds(4));
      assertThat(rig.jobs()).containsExactly("nightly~1@2026-03-01T12:00:10Z");
      assertThat(rig.status().trouble()).isNull();
      rig.topics.put(ScheduleRig.TARGET, 100);
      rig.pass(Duration.ofSeconds(10));
      assertThat(rig.status().trouble()).contains("raise its max.message.bytes");
    }
  }

  @Test
  void aCancelIsAnOrderOfControlWithItsAudit() {
    try (var rig = new ScheduleRig(folder)) {
      rig.put("strict", "'every':'1m','overlap':'cancel'");
      rig.pass(Duration.ofSeconds(60));
      rig.pass(Duration.ofSeconds(60));
      var order = rig.read("pl.control").getFirst();
      assertThat(new String(order.key(), UTF_8))
          .isEqualTo("job/cities/strict~1@2026-03-01T12:01:00Z");
      assertThat(ControlSetting.read(order.value()).cancelled()).isPresent();
      assertThat(rig.read("pl.audit")).hasSize(1);
      assertThat(rig.jobs()).hasSize(1);
      rig.end("strict~1@2026-03-01T12:01:00Z", "cancelled");
      assertThat(rig.jobs()).hasSize(1);
    }
  }

  @Test
  void whatCanNotBeReadIsToldAndStopsThatScheduleAlone() {
    try (var rig = new ScheduleRig(folder)) {
      var good = rig.put("good", "'every':'10s','overlap':'allow'");
      rig.put("bad", "'every':'10s','overlap':'allow'");
      rig.write("pl.schedules", "bad", "{\"v\":2}".getBytes(UTF_8));
      var status = rig.status();
      assertThat(status.state()).isEqualTo(State.INVALID);
      assertThat(status.trouble()).contains("version 2");
      rig.write("pl.schedules", "b~d", good.toBytes());
      assertThat(rig.counts.snapshot().malformed()).isEqualTo(1);
      rig.pass(Duration.ofSeconds(10));
      assertThat(rig.jobs()).allMatch(job -> job.startsWith("good~"));
      rig.put("bad", Plans.made("'every':'10s','overlap':'allow'", rig.now()));
      rig.pass(Duration.ofSeconds(10));
      assertThat(rig.jobs()).anyMatch(job -> job.startsWith("bad~"));
    }
  }

  @Test
  void aRemovedScheduleIsGoneAndItsStatusToo() {
    try (var rig = new ScheduleRig(folder)) {
      var record = rig.put("once", "'every':'10s','overlap':'buffer-all'");
      rig.pass(Duration.ofSeconds(25));
      rig.put("once", record.removedBy(Plans.change(rig.now())));
      assertThat(rig.isGone()).isTrue();
      assertThat(rig.runs().getLast().decision()).isInstanceOf(Decision.Skipped.class);
      rig.jobs();
      rig.pass(Duration.ofSeconds(60));
      assertThat(rig.jobs()).isEmpty();
      assertThat(rig.counts.snapshot().schedules()).isZero();
    }
  }

  @Test
  void aThousandSchedulesOfOneMomentAllRun() {
    try (var rig = new ScheduleRig(folder)) {
      for (var i = 0; i < 1_000; i++) {
        rig.write(
            "pl.schedules", "s-" + i, Plans.made("'every':'1h'", ScheduleRig.START).toBytes());
      }
      rig.pass(Duration.ofHours(1));
      rig.pass(Duration.ofSeconds(1));
      assertThat(rig.jobs()).hasSize(1_000).doesNotHaveDuplicates();
    }
  }
}
