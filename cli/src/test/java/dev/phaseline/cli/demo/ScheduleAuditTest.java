package dev.phaseline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phaseline.schedules.NextInstants;
import dev.phaseline.schemas.schedule.ScheduleIds;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleRun.Cause;
import dev.phaseline.schemas.schedule.ScheduleRun.Decision;
import dev.phaseline.schemas.schedule.ScheduleRun.Outcome;
import dev.phaseline.schemas.schedule.ScheduleRun.Why;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The audit of schedules finds each fault that is planted in the records of a run without one.
final class ScheduleAuditTest {
  private static final Instant FROM = Instant.parse("2026-01-31T12:00:00Z");
  private static final FeedSchedules PLAN = new FeedSchedules(FROM, Duration.ofSeconds(1), 1);
  private static final ScheduleSpec HOURLY = spec(FeedSchedules.HOURLY);
  private static final ScheduleSpec CONTINUOUS = spec(FeedSchedules.CONTINUOUS);

  private final List<ScheduleRun> runs = new ArrayList<>();
  private final Set<String> jobs = new HashSet<>();

  private static ScheduleSpec spec(String id) {
    var spec = PLAN.specs().get(id);
    if (spec == null) throw new AssertionError(id);
    return spec;
  }

  private static Instant at(int hour) {
    return FROM.plusSeconds(hour);
  }

  private static String job(Instant nominal) {
    return ScheduleIds.jobOf("s", 1, nominal);
  }

  private static ScheduleRun submitted(Instant nominal) {
    return run(nominal, nominal, new Decision.Submitted(job(nominal), Duration.ofMillis(7)));
  }

  private static ScheduleRun ended(Instant nominal, int millis) {
    var took = Duration.ofMillis(millis);
    var ended = new Decision.Ended(job(nominal), Outcome.DONE, took, 1);
    return run(nominal, nominal.plus(took), ended);
  }

  private static ScheduleRun skipped(Instant first, Instant last, int count) {
    return run(first, last, new Decision.Skipped(Why.RUNNING, last, count, null));
  }

  private static ScheduleRun run(Instant nominal, Instant at, Decision decision) {
    return new ScheduleRun("s", 1, nominal, Cause.TIMING, decision, at);
  }

  /// A day of the hourly feed, as it should be.
  private void aGoodDay() {
    var timing = NextInstants.of(HOURLY.timing());
    for (var at : timing.after(FROM.minusMillis(1), 24)) {
      runs.add(submitted(at));
      runs.add(ended(at, 100));
      jobs.add(job(at));
    }
  }

  private List<String> problems(ScheduleSpec spec) {
    return ScheduleAudit.of("s", spec, runs, jobs).problems();
  }

  @Test
  void goodDayHasNoProblem() {
    aGoodDay();

    var verdict = ScheduleAudit.of("s", HOURLY, runs, jobs);

    assertThat(verdict.problems()).isEmpty();
    assertThat(verdict.result())
        .isEqualTo(new ScheduleAudit.Result("s", 24, 24, 0, 24, 7, 7, 100, 100));
  }

  @Test
  void instantThatWasDroppedIsMissed() {
    aGoodDay();
    runs.removeIf(run -> run.nominal().equals(at(5)));
    jobs.remove(job(at(5)));

    assertThat(problems(HOURLY))
        .containsExactly("s: 2026-01-31T12:00:05Z was missed: there is no decision about it");
  }

  @Test
  void firstAndLastInstantCount() {
    aGoodDay();
    for (var at : List.of(at(0), at(23))) {
      runs.removeIf(run -> run.nominal().equals(at));
      jobs.remove(job(at));
    }

    assertThat(problems(HOURLY)).hasSize(2).allMatch(line -> line.contains("was missed"));
  }

  @Test
  void instantThatWasSubmittedTwiceIsDoubled() {
    aGoodDay();
    runs.add(submitted(at(5)));

    assertThat(problems(HOURLY))
        .containsExactly(
            "s: 2026-01-31T12:00:05Z was decided 2 times",
            "s: s~1@2026-01-31T12:00:05Z was submitted 2 times");
  }

  @Test
  void instantThatWasSubmittedAndSkippedIsDoubled() {
    aGoodDay();
    runs.add(skipped(at(4), at(6), 3));

    assertThat(problems(HOURLY)).hasSize(3).allMatch(line -> line.endsWith("decided 2 times"));
  }

  @Test
  void skippedInstantsAreDecided() {
    aGoodDay();
    for (var hour = 4; hour <= 6; hour++) {
      var at = at(hour);
      runs.removeIf(run -> run.nominal().equals(at));
      jobs.remove(job(at));
    }
    runs.add(skipped(at(4), at(6), 3));

    var verdict = ScheduleAudit.of("s", HOURLY, runs, jobs);

    assertThat(verdict.problems()).isEmpty();
    assertThat(verdict.result().skipped()).isEqualTo(3);
    assertThat(verdict.result().submitted()).isEqualTo(21);
  }

  @Test
  void decisionsAboutOtherTimesAreFound() {
    aGoodDay();
    var between = at(5).plusMillis(500);
    runs.addAll(List.of(submitted(between), ended(between, 1), submitted(at(24))));
    runs.add(ended(at(24), 1));
    jobs.addAll(List.of(job(between), job(at(24))));

    assertThat(problems(HOURLY)).hasSize(2).allMatch(line -> line.contains("is no instant"));
  }

  @Test
  void jobsAndDecisionsAreCompared() {
    aGoodDay();
    jobs.remove(job(at(3)));
    jobs.add("s~1@2026-01-31T13:00:00Z");

    assertThat(problems(HOURLY))
        .containsExactly(
            "s: s~1@2026-01-31T12:00:03Z was submitted, and is not in the pipeline",
            "s: s~1@2026-01-31T13:00:00Z is in the pipeline, and no decision submitted it");
  }

  @Test
  void eachJobEndsOnce() {
    aGoodDay();
    runs.removeIf(run -> run.equals(ended(at(3), 100)));
    runs.add(ended(at(4), 100));

    assertThat(problems(HOURLY))
        .containsExactly(
            "s: s~1@2026-01-31T12:00:03Z has not ended",
            "s: s~1@2026-01-31T12:00:04Z ended 2 times");
  }

  @Test
  void continuousRunsFollowEachOther() {
    for (var hour = 0; hour < 3; hour++) {
      runs.addAll(List.of(submitted(at(hour)), ended(at(hour), 900)));
      jobs.add(job(at(hour)));
    }
    assertThat(problems(CONTINUOUS)).isEmpty();

    var early = runs.remove(4);
    runs.add(3, early);

    assertThat(problems(CONTINUOUS))
        .containsExactly(
            "s: s~1@2026-01-31T12:00:02Z was submitted before the job before it had ended");
  }

  @Test
  void jobsThatEndedWhileALongOneRanAreCounted() {
    aGoodDay();

    assertThat(ScheduleAudit.endedWithin(runs, List.of(ended(at(6), 12_000)))).isEqualTo(12);
    assertThat(ScheduleAudit.endedWithin(runs, List.of())).isZero();
  }
}
