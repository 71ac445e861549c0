package dev.phaseline.scheduler.policy;

import dev.phaseline.scheduler.policy.ScheduleState.Progress;
import dev.phaseline.schemas.JobEnd;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleRun.Decision;
import dev.phaseline.schemas.schedule.ScheduleRun.Outcome;
import dev.phaseline.schemas.schedule.ScheduleRun.Why;
import dev.phaseline.schemas.schedule.ScheduleStatus;
import dev.phaseline.schemas.schedule.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The rules of schedules as functions of a definition, a state and a time. Each gives the next
/// state and what is to be written with it. Pure and thread-safe.
public final class ScheduleRules {
  /// No time: nothing is to be done before an event.
  public static final Instant NEVER = ScheduleFacts.NEVER;

  /// Instants of a pause that are counted.
  private static final int PAUSED_COUNTED = 10_000;

  private ScheduleRules() {}

  /// Result of an event or a look.
  ///
  /// @param state the next state
  /// @param effects what is to be written with it, in order
  public record Step(ScheduleState state, List<Effect> effects) {
    public Step {
      effects = List.copyOf(effects);
    }
  }

  /// A definition was read. Records that are older than the state are not for here: see [#isOld].
  ///
  /// @param state as it was; null: no such schedule was known
  public static Step defined(SchedulePlan plan, @Nullable ScheduleState state, Instant now) {
    var record = plan.record();
    var run = record.run();
    if (state == null || state.generation() != record.generation()) {
      var fresh = ScheduleState.fresh(record.generation(), later(run.timed(), run.resumedAt()));
      return new Step(taken(fresh, record, fresh.cursor()), List.of());
    }
    var cursor = later(state.cursor(), run.timed());
    var effects = new ArrayList<Effect>();
    // Resuming a schedule that runs changes nothing: what is due now is not of a pause.
    var wasHeld = state.progress().isPaused() || state.progress().failedAt() > 0;
    if (wasHeld && run.resumed() > state.revision() && run.resumedAt().isAfter(cursor)) {
      tellPause(plan, cursor, run.resumedAt(), effects, now);
      cursor = run.resumedAt();
    }
    return new Step(taken(state, record, cursor), effects);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /// Whether a record is older than what is known: it was read again, or its writer did not know
  /// the newer one.
  public static boolean isOld(@Nullable ScheduleState state, ScheduleRecord record) {
    if (state == null) return false;
    return record.generation() < state.generation()
        || (record.generation() == state.generation() && record.revision() < state.revision());
  }

  private static void tellPause(
      SchedulePlan plan, Instant from, Instant to, List<Effect> effects, Instant now) {
    Instant first = null;
    Instant last = null;
    var count = 0;
    for (var next = plan.next(from);
        next != null && !next.isAfter(to) && count < PAUSED_COUNTED;
        next = plan.next(next)) {
      if (first == null) first = next;
      last = next;
      count++;
    }
    if (first == null || last == null) return;
    var skipped = new Decision.Skipped(Why.PAUSED, last, count, null);
    effects.add(
        new Effect.Decide(
            new ScheduleRun(
                plan.id(),
                plan.record().generation(),
                first,
                ScheduleRun.Cause.TIMING,
                skipped,
                now)));
  }

  private static ScheduleState taken(ScheduleState state, ScheduleRecord record, Instant cursor) {
    var progress = state.progress();
    var isEnded = progress.failedAt() > 0 && record.run().resumed() > progress.failedAt();
    return new ScheduleState(
        state.generation(),
        record.revision(),
        cursor,
        (isEnded ? progress.withFailures(0, 0) : progress).paused(record.run().paused()),
        state.running(),
        state.waiting(),
        state.orders(),
        state.backfills(),
        state.last());
  }

  /// A job has ended. One that is not known as the schedule's changes nothing.
  public static Step ended(SchedulePlan plan, ScheduleState state, JobEnd end, Instant now) {
    var found = state.running().stream().filter(one -> one.job().equals(end.job())).findFirst();
    if (found.isEmpty()) return new Step(state, List.of());
    var run = found.get();
    var running = new ArrayList<>(state.running());
    running.remove(run);
    var outcome = Outcome.valueOf(end.state().toUpperCase(Locale.ROOT));
    var took = Duration.between(run.submitted(), end.ended());
    var duration = took.isNegative() ? Duration.ZERO : took;
    var last = state.last();
    if (last != null && last.job().equals(run.job())) {
      last =
          new ScheduleStatus.LastRun(
              last.nominal(), last.job(), last.submitted(), outcome, duration);
    }
    var next =
        new ScheduleState(
            state.generation(),
            state.revision(),
            state.cursor(),
            run.isOfTiming()
                ? afterEnd(plan, state.progress(), outcome, end, now)
                : state.progress(),
            running,
            state.waiting(),
            state.orders(),
            state.backfills(),
            last);
    var decision = new Decision.Ended(run.job(), outcome, duration, end.items());
    return new Step(
        next,
        List.of(
            new Effect.Decide(
                new ScheduleRun(
                    plan.id(), state.generation(), run.nominal(), run.cause(), decision, now))));
  }

  private static Progress afterEnd(
      SchedulePlan plan, Progress progress, Outcome outcome, JobEnd end, Instant now) {
    var failures =
        switch (outcome) {
          case DONE -> 0;
          case DEAD, COMPENSATED -> progress.failures() + 1;
          case CANCELLED -> progress.failures();
        };
    var max = plan.spec().care().pauseAfterFailures();
    var pausedAt = max > 0 && failures >= max ? plan.record().revision() : progress.failedAt();
    var next = progress.withFailures(failures, pausedAt);
    if (!(plan.spec().timing() instanceof Timing.Continuous timing)) return next;
    var isIdle = outcome == Outcome.DONE && end.items() <= timing.idleItems();
    var isFailed = outcome == Outcome.DEAD || outcome == Outcome.COMPENSATED;
    if (!isFailed && !isIdle) return next.startingAt(now.plus(timing.pause()), 0);
    var backOffs = Math.min(progress.backOffs() + 1, 30);
    var wait = timing.backOff().multipliedBy(1L << (backOffs - 1));
    return next.startingAt(
        now.plus(wait.compareTo(timing.backOffMax()) > 0 ? timing.backOffMax() : wait), backOffs);
  }

  /// Everything that is due is decided.
  ///
  /// @param budget so many instants at most; [#due] is in the past while more are due
  public static Step run(SchedulePlan plan, ScheduleState state, Instant now, int budget) {
    var turn = new ScheduleTurn(plan, state, now, budget);
    turn.run();
    return new Step(turn.state(), turn.effects());
  }

  /// Time of the next look; [#NEVER]: not before an event.
  public static Instant due(SchedulePlan plan, ScheduleState state) {
    return ScheduleFacts.due(plan, state);
  }

  /// The state as readers see it.
  ///
  /// @param trouble what an operator must know; null: nothing
  public static ScheduleStatus status(
      SchedulePlan plan, ScheduleState state, @Nullable String trouble, Instant now) {
    var next = plan.isContinuous() ? continuing(plan, state) : plan.next(state.cursor());
    var waiting = state.waiting().size();
    var isFull = ScheduleFacts.isFull(plan, state.progress(), waiting);
    var isFinished = waiting == 0 && (isFull || (next == null && !plan.isContinuous()));
    var status =
        plan.record().run().paused()
            ? ScheduleStatus.State.PAUSED
            : state.progress().failedAt() > 0
                ? ScheduleStatus.State.FAILED
                : isFinished ? ScheduleStatus.State.FINISHED : ScheduleStatus.State.ACTIVE;
    return new ScheduleStatus(
        state.generation(),
        state.revision(),
        status,
        new ScheduleStatus.Counts(
            state.progress().runs(), state.progress().failures(), waiting, state.running().size()),
        new ScheduleStatus.Now(
            isFull ? null : next,
            state.running().stream()
                .limit(ScheduleStatus.RUNNING_MAX)
                .map(one -> new ScheduleStatus.RunningJob(one.job(), one.submitted()))
                .toList(),
            state.last(),
            state.backfills().stream()
                .map(
                    one ->
                        new ScheduleStatus.BackfillState(
                            one.id(), one.cursor().plusMillis(1), one.until()))
                .toList(),
            now),
        trouble);
  }

  private static @Nullable Instant continuing(SchedulePlan plan, ScheduleState state) {
    var due = due(plan, state);
    return due.equals(NEVER) || due.equals(Instant.EPOCH) ? null : due;
  }
}
