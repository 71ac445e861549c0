package dev.phaseline.scheduler.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schemas.JobEnd;
import dev.phaseline.schemas.schedule.ScheduleOrder;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleRun.Decision;
import dev.phaseline.schemas.schedule.ScheduleRun.Why;
import dev.phaseline.schemas.schedule.ScheduleStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ScheduleRulesTest {
  private static final Instant T = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void eachInstantIsSubmittedOnceUnderAnIdMadeOfIt() {
    var desk = new Desk("'every':'1m','overlap':'allow'");
    desk.at(180).run();
    assertThat(desk.jobs())
        .containsExactly(
            "s~1@2026-03-01T12:01:00Z", "s~1@2026-03-01T12:02:00Z", "s~1@2026-03-01T12:03:00Z");
    desk.at(180).run().at(60).run(); // the clock goes back
    assertThat(desk.jobs()).hasSize(3);
    assertThat(ScheduleRules.due(desk.plan, desk.state)).isEqualTo(T.plusSeconds(240));
  }

  @Test
  void skipLeavesOutWhatComesWhileAJobRuns() {
    var desk = new Desk("'every':'1m'");
    desk.at(60).run().at(120).run();
    assertThat(desk.jobs()).hasSize(1);
    assertThat(desk.skipped(Why.RUNNING)).isEqualTo(1);
    desk.end("done").at(180).run();
    assertThat(desk.jobs()).hasSize(2);
  }

  @Test
  void bufferOneKeepsOneAndBufferAllAsManyAsItMay() {
    var one = new Desk("'every':'1m','overlap':'buffer-one'");
    one.at(60).run().at(120).run().at(180).run();
    assertThat(one.state.waiting()).containsExactly(T.plusSeconds(120));
    assertThat(one.skipped(Why.FULL)).isEqualTo(1);
    one.end("done").run();
    assertThat(one.jobs()).hasSize(2);
    assertThat(one.state.waiting()).isEmpty();

    var all = new Desk("'every':'1m','overlap':'buffer-all','overlapMax':2");
    all.at(60).run().at(120).run().at(180).run().at(240).run();
    assertThat(all.state.waiting()).hasSize(2);
    all.end("done").run().end("done").run().end("done").run();
    assertThat(all.jobs()).hasSize(3).isSorted();
    assertThat(all.skipped(Why.FULL)).isEqualTo(1);
  }

  @Test
  void allowTakesSoManyAtOnce() {
    var desk = new Desk("'every':'1m','overlap':'allow','overlapMax':2");
    desk.at(60).run().at(120).run().at(180).run();
    assertThat(desk.jobs()).hasSize(2);
    assertThat(desk.skipped(Why.FULL)).isEqualTo(1);
  }

  @Test
  void cancelWaitsForTheEndAndTerminateDoesNot() {
    var cancel = new Desk("'every':'1m','overlap':'cancel'");
    cancel.at(60).run().at(120).run();
    assertThat(cancel.cancelled()).containsExactly("s~1@2026-03-01T12:01:00Z");
    assertThat(cancel.jobs()).hasSize(1);
    cancel.at(180).run(); // the newest waits, and the job is not cancelled twice
    assertThat(cancel.cancelled()).hasSize(1);
    cancel.end("cancelled").run();
    assertThat(cancel.jobs()).last().isEqualTo("s~1@2026-03-01T12:03:00Z");

    var terminate = new Desk("'every':'1m','overlap':'terminate'");
    terminate.at(60).run().at(120).run();
    assertThat(terminate.cancelled()).hasSize(1);
    assertThat(terminate.jobs()).hasSize(2);
  }

  @Test
  void whatWasMissedIsCaughtUpByRule() {
    var none = new Desk("'every':'1m','overlap':'allow','catchUp':'none'");
    none.at(3_600).run();
    assertThat(none.skipped(Why.MISSED)).isEqualTo(58); // those of the last minute were not
    assertThat(none.jobs()).hasSize(2);

    var last = new Desk("'every':'10m','overlap':'allow'");
    last.at(3_600 + 300).run();
    assertThat(last.jobs()).containsExactly("s~1@2026-03-01T13:00:00Z");
    assertThat(last.decisions()).first().isInstanceOf(Decision.Skipped.class);
    assertThat(last.runs.getLast().cause()).isEqualTo(ScheduleRun.Cause.CATCH_UP);

    var all = new Desk("'every':'10m','overlap':'allow','catchUp':'all','catchUpWindow':'30m'");
    all.at(3_600 + 300).run();
    assertThat(all.jobs()).hasSize(3);
    assertThat(all.skipped(Why.MISSED)).isEqualTo(3);
  }

  @Test
  void aLongCatchUpIsTakenInPortions() {
    var desk = new Desk("'every':'1s','overlap':'allow','catchUp':'all'");
    desk.at(1_000).run(300);
    assertThat(desk.jobs()).hasSize(300);
    assertThat(ScheduleRules.due(desk.plan, desk.state)).isBefore(desk.now);
    desk.run(300).run(300).run(300);
    assertThat(desk.jobs()).hasSize(1_000).doesNotHaveDuplicates();
  }

  @Test
  void aPausedScheduleRunsOnOrderOnly() {
    var desk = new Desk("'every':'1m','overlap':'allow'");
    desk.at(60).run();
    desk.take(desk.record.pausedBy(Plans.change(desk.now)));
    desk.at(300).run();
    assertThat(desk.jobs()).hasSize(1);
    desk.take(desk.record.with(new ScheduleOrder.Trigger("go", desk.now), Plans.change(desk.now)));
    desk.run().run();
    assertThat(desk.jobs()).last().isEqualTo("s~1+go");
    desk.at(330).take(desk.record.resumedBy(Plans.change(desk.now)));
    assertThat(desk.skipped(Why.PAUSED)).isEqualTo(4);
    desk.at(360).run();
    assertThat(desk.jobs()).hasSize(3).last().isEqualTo("s~1@2026-03-01T12:06:00Z");
  }

  @Test
  void aBackfillRunsThroughItsRangeSoManyAtOnce() {
    var desk = new Desk("'every':'1m'");
    var from = T.minusSeconds(300);
    desk.take(
        desk.record.with(new ScheduleOrder.Backfill("b-1", T, from, T, 2), Plans.change(desk.now)));
    desk.run();
    assertThat(desk.jobs())
        .containsExactly("s~1@2026-03-01T11:55:00Z+b-1", "s~1@2026-03-01T11:56:00Z+b-1");
    desk.run();
    assertThat(desk.jobs()).hasSize(2);
    for (var i = 0; i < 5; i++) desk.end("done").run();
    assertThat(desk.jobs()).hasSize(5);
    assertThat(desk.state.backfills()).isEmpty();
    desk.take(desk.record.pausedBy(Plans.change(desk.now))).run(); // the order is in it again
    assertThat(desk.jobs()).hasSize(5);
  }

  @Test
  void failuresInARowPauseItUntilItIsResumed() {
    var desk = new Desk("'every':'1m','pauseAfterFailures':2");
    desk.at(60).run().end("dead").at(120).run().end("done").at(180).run().end("dead");
    assertThat(desk.status()).isEqualTo(ScheduleStatus.State.ACTIVE);
    desk.at(240).run().end("dead").at(300).run();
    assertThat(desk.status()).isEqualTo(ScheduleStatus.State.FAILED);
    assertThat(desk.jobs()).hasSize(4);
    desk.take(desk.record.withSpec(desk.plan.spec(), Plans.change(desk.now))).at(360).run();
    assertThat(desk.jobs()).hasSize(4);
    desk.take(desk.record.resumedBy(Plans.change(desk.now))).at(420).run();
    assertThat(desk.jobs()).hasSize(5);
    assertThat(desk.status()).isEqualTo(ScheduleStatus.State.ACTIVE);
  }

  @Test
  void aContinuousScheduleFollowsItsJobsAndBacksOff() {
    var desk =
        new Desk("'continuous':true,'pause':'2s','backOff':'10s','backOffMax':'30s','idleItems':1");
    desk.run().at(5).run();
    assertThat(desk.jobs()).hasSize(1);
    desk.end("done", 5);
    assertThat(ScheduleRules.due(desk.plan, desk.state)).isEqualTo(T.plusSeconds(7));
    for (var wait : List.of(10, 20, 30, 30)) {
      desk.now = ScheduleRules.due(desk.plan, desk.state);
      desk.run().end("done", 1); // it found nothing to do
      assertThat(ScheduleRules.due(desk.plan, desk.state)).isEqualTo(desk.now.plusSeconds(wait));
    }
    desk.now = ScheduleRules.due(desk.plan, desk.state);
    desk.run().end("done", 9);
    assertThat(ScheduleRules.due(desk.plan, desk.state)).isEqualTo(desk.now.plusSeconds(2));
    desk.now = T; // its ids are made of times, and must not come again
    desk.state = desk.run().state;
    assertThat(desk.jobs()).doesNotHaveDuplicates();
  }

  @Test
  void startEndAndNumberOfRunsBoundIt() {
    var window =
        new Desk(
            "'every':'1m','overlap':'allow','from':'2026-03-01T12:02:00Z','until':'2026-03-01T12:04:00Z'");
    window.at(120).run().at(180).run().at(600).run();
    assertThat(window.jobs())
        .containsExactly("s~1@2026-03-01T12:02:00Z", "s~1@2026-03-01T12:03:00Z")
        .hasSize(2);
    assertThat(window.status()).isEqualTo(ScheduleStatus.State.FINISHED);

    var three = new Desk("'every':'1m','overlap':'buffer-all','runsMax':3");
    for (var second = 60; second <= 600; second += 60) three.at(second).run();
    for (var i = 0; i < 5; i++) three.end("done").run();
    assertThat(three.jobs()).hasSize(3);
    assertThat(three.status()).isEqualTo(ScheduleStatus.State.FINISHED);
  }

  @Test
  void jitterDelaysByAFixedPartAndKeepsTheInstant() {
    var desk = new Desk("'every':'1m','overlap':'allow','jitter':'30s'");
    var due = ScheduleRules.due(desk.plan, desk.state);
    assertThat(due).isBetween(T.plusSeconds(60), T.plusSeconds(90));
    desk.now = due.minusMillis(1);
    assertThat(desk.run().jobs()).isEmpty();
    desk.now = due;
    assertThat(desk.run().jobs()).containsExactly("s~1@2026-03-01T12:01:00Z");
    assertThat(new Desk("'every':'1m','overlap':'allow','jitter':'30s'").dueNow()).isEqualTo(due);
  }

  @Test
  void otherTimesHoldFromTheirChangeOn() {
    var desk = new Desk("'cron':'0 0 * * *','overlap':'allow'");
    desk.at(3_600)
        .take(
            desk.record.withSpec(
                Plans.spec("'every':'1m','overlap':'allow'"), Plans.change(desk.now)));
    desk.run();
    assertThat(desk.jobs()).isEmpty();
    desk.at(3_660).run();
    assertThat(desk.jobs()).containsExactly("s~1@2026-03-01T13:01:00Z");
  }

  @Test
  void anotherGenerationBeginsAnew() {
    var desk = new Desk("'every':'1m'");
    desk.at(60).run();
    desk.take(ScheduleRecord.made(2, desk.plan.spec(), Plans.change(desk.now)));
    desk.at(120).run();
    assertThat(desk.jobs()).last().isEqualTo("s~2@2026-03-01T12:02:00Z");
    assertThat(ScheduleRules.isOld(desk.state, Plans.made("'every':'1m'", T))).isTrue();
  }

  @Test
  void aStateIsReadAsItWasWritten() {
    var desk = new Desk("'every':'1m','overlap':'buffer-all'");
    desk.take(
        desk.record
            .with(new ScheduleOrder.Trigger("go", T), Plans.change(T))
            .with(new ScheduleOrder.Backfill("b", T, T.minusSeconds(600), T, 3), Plans.change(T)));
    desk.at(60).run().at(120).run();
    assertThat(StateFormat.read(StateFormat.toBytes(desk.state))).isEqualTo(desk.state);
    desk.end("dead");
    assertThat(StateFormat.read(StateFormat.toBytes(desk.state))).isEqualTo(desk.state);
  }

  /// One schedule, and a clock that a test sets.
  private static final class Desk {
    private final List<Effect> effects = new ArrayList<>();
    private final List<ScheduleRun> runs = new ArrayList<>();
    private Instant now = T;
    private ScheduleRecord record;
    private SchedulePlan plan;
    private ScheduleState state;

    Desk(String fields) {
      record = Plans.made(fields, T);
      plan = SchedulePlan.of("s", record);
      state = ScheduleRules.defined(plan, null, now).state();
    }

    Desk at(long second) {
      now = T.plusSeconds(second);
      return this;
    }

    Desk take(ScheduleRecord next) {
      record = next;
      plan = SchedulePlan.of("s", next);
      return keep(ScheduleRules.defined(plan, state, now));
    }

    Desk run() {
      return run(10_000);
    }

    Desk run(int budget) {
      return keep(ScheduleRules.run(plan, state, now, budget));
    }

    Desk end(String how) {
      return end(how, 1);
    }

    /// The oldest running job ends.
    Desk end(String how, int items) {
      if (state.running().isEmpty()) return this;
      var job = state.running().getFirst().job();
      return keep(
          ScheduleRules.ended(
              plan, state, new JobEnd(job, "cities", how, now, now, items, 0, 1), now));
    }

    private Desk keep(ScheduleRules.Step step) {
      state = step.state();
      effects.addAll(step.effects());
      for (var effect : step.effects()) {
        if (effect instanceof Effect.Decide(var run)) runs.add(run);
      }
      return this;
    }

    Instant dueNow() {
      return ScheduleRules.due(plan, state);
    }

    List<String> jobs() {
      return effects.stream()
          .filter(Effect.Submit.class::isInstance)
          .map(effect -> ((Effect.Submit) effect).job())
          .toList();
    }

    List<String> cancelled() {
      return effects.stream()
          .filter(Effect.Cancel.class::isInstance)
          .map(effect -> ((Effect.Cancel) effect).job())
          .toList();
    }

    List<Decision> decisions() {
      return runs.stream().map(ScheduleRun::decision).toList();
    }

    long skipped(Why why) {
      return decisions().stream()
          .filter(decision -> decision instanceof Decision.Skipped one && one.why() == why)
          .mapToLong(decision -> ((Decision.Skipped) decision).count())
          .sum();
    }

    ScheduleStatus.State status() {
      return ScheduleRules.status(plan, state, null, now).state();
    }
  }
}
