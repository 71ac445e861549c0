package dev.phaseline.scheduler.policy;

import dev.phaseline.scheduler.policy.ScheduleState.Backfill;
import dev.phaseline.scheduler.policy.ScheduleState.Progress;
import dev.phaseline.scheduler.policy.ScheduleState.Running;
import dev.phaseline.schemas.schedule.CatchUp;
import dev.phaseline.schemas.schedule.Overlap;
import dev.phaseline.schemas.schedule.ScheduleIds;
import dev.phaseline.schemas.schedule.ScheduleOrder;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleRun.Cause;
import dev.phaseline.schemas.schedule.ScheduleRun.Decision;
import dev.phaseline.schemas.schedule.ScheduleRun.Why;
import dev.phaseline.schemas.schedule.ScheduleStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One look at a schedule: everything that is due is decided, up to a limit. Orders first, then
/// backfills, then instants that wait, then the timing itself.
///
/// Each run is submitted under an id that is derived from what it is, and the cursor moves with it;
/// the caller keeps the new state and writes the effects in one transaction. So an instant is
/// submitted once, whatever the clocks say. Used once, by one thread.
final class ScheduleTurn {
  private final SchedulePlan plan;
  private final Instant now;
  private final List<Effect> effects = new ArrayList<>();
  private final ScheduleState before;
  private final List<Running> running;
  private final List<Instant> waiting;
  private final List<String> orders;
  private final List<Backfill> backfills;
  private Instant cursor;
  private Progress progress;
  private ScheduleStatus.@Nullable LastRun last;
  private int budget;
  private @Nullable Missed missed;

  /// Instants in a row that were missed.
  private record Missed(Instant first, Instant last, long count) {}

  /// @param budget so many instants are decided at most
  ScheduleTurn(SchedulePlan plan, ScheduleState state, Instant now, int budget) {
    this.plan = plan;
    this.before = state;
    this.now = now;
    this.budget = budget;
    this.running = new ArrayList<>(state.running());
    this.waiting = new ArrayList<>(state.waiting());
    this.orders = new ArrayList<>(state.orders());
    this.backfills = new ArrayList<>(state.backfills());
    this.cursor = state.cursor();
    this.progress = state.progress();
    this.last = state.last();
  }

  List<Effect> effects() {
    return effects;
  }

  ScheduleState state() {
    return new ScheduleState(
        before.generation(),
        before.revision(),
        cursor,
        progress,
        running,
        waiting,
        orders,
        backfills,
        last);
  }

  void run() {
    takeOrders();
    fillBack();
    if (ScheduleFacts.isHeld(plan, before)) return;
    if (plan.isContinuous()) {
      continueOn();
      return;
    }
    release();
    while (budget > 0 && !isFull()) {
      var next = plan.next(cursor);
      if (next == null || plan.due(next).isAfter(now)) break;
      decide(next);
      budget--;
      cursor = next;
    }
    tellMissed();
  }

  private boolean isFull() {
    return ScheduleFacts.isFull(plan, progress, waiting.size());
  }

  private void takeOrders() {
    for (var order : ScheduleFacts.newOrders(plan, before)) {
      orders.add(order.id());
      switch (order) {
        case ScheduleOrder.Trigger trigger -> {
          var job = ScheduleIds.jobOf(plan.id(), before.generation(), trigger.id());
          submit(job, trigger.at(), Cause.TRIGGER, "", trigger.at());
        }
        case ScheduleOrder.Backfill fill ->
            backfills.add(
                new Backfill(fill.id(), fill.from().minusMillis(1), fill.until(), fill.atOnce()));
      }
    }
    while (orders.size() > ScheduleFacts.ORDERS_KNOWN) orders.removeFirst();
  }

  private void fillBack() {
    for (var fill : List.copyOf(backfills)) {
      var at = filled(fill);
      var index = backfills.indexOf(fill);
      if (at == null) backfills.remove(index);
      else backfills.set(index, new Backfill(fill.id(), at, fill.until(), fill.atOnce()));
    }
  }

  /// Submits what a backfill may have running.
  ///
  /// @return its new cursor; null: it has come to its end
  private @Nullable Instant filled(Backfill fill) {
    var at = fill.cursor();
    while (true) {
      var next = plan.instants().after(at);
      if (next == null || !next.isBefore(fill.until())) return null;
      if (runningOf(fill.id()) >= fill.atOnce() || budget == 0) return at;
      var job = ScheduleIds.jobOf(plan.id(), before.generation(), next, fill.id());
      submit(job, next, Cause.BACKFILL, fill.id(), now);
      budget--;
      at = next;
    }
  }

  private long runningOf(String backfill) {
    return running.stream().filter(one -> one.backfill().equals(backfill)).count();
  }

  private List<Running> ofTiming() {
    return running.stream().filter(one -> one.isOfTiming() && !isLetGo(one)).toList();
  }

  /// A job that is being terminated is not waited for.
  private boolean isLetGo(Running one) {
    return one.isCancelled() && plan.spec().overlap().kind() == Overlap.Kind.TERMINATE;
  }

  private void release() {
    while (!waiting.isEmpty() && budget > 0 && ofTiming().isEmpty()) {
      submitTimed(waiting.removeFirst());
      budget--;
    }
  }

  private void continueOn() {
    if (ScheduleFacts.due(plan, state()).isAfter(now)) return;
    // Clocks go back, ids must not come again.
    var nominal = now.isAfter(cursor) ? now : cursor.plusMillis(1);
    cursor = nominal;
    submitTimed(nominal);
  }

  private void decide(Instant nominal) {
    if (isLeftOut(nominal)) {
      var until = missed;
      missed =
          until == null
              ? new Missed(nominal, nominal, 1)
              : new Missed(until.first(), nominal, until.count() + 1);
      return;
    }
    tellMissed();
    var jobs = ofTiming();
    var overlap = plan.spec().overlap();
    switch (overlap.kind()) {
      case SKIP -> {
        if (jobs.isEmpty()) submitTimed(nominal);
        else skip(nominal, Why.RUNNING, jobs.getFirst().job());
      }
      case BUFFER_ONE, BUFFER_ALL -> buffer(nominal, jobs, overlap.max());
      case ALLOW -> {
        if (jobs.size() < overlap.max()) submitTimed(nominal);
        else skip(nominal, Why.FULL, jobs.getFirst().job());
      }
      case CANCEL -> {
        jobs.forEach(this::cancel);
        if (!jobs.isEmpty() && !waiting.isEmpty()) {
          skip(waiting.removeFirst(), Why.FULL, jobs.getFirst().job()); // the newest waits
        }
        buffer(nominal, jobs, 1);
      }
      case TERMINATE -> {
        jobs.forEach(this::cancel);
        submitTimed(nominal);
      }
    }
  }

  /// Whether an instant was missed, and the policy leaves it out.
  private boolean isLeftOut(Instant nominal) {
    var due = plan.due(nominal);
    if (!isMissed(due)) return false;
    var catchUp = plan.spec().catchUp();
    if (due.plus(catchUp.window()).isBefore(now)) return true;
    return switch (catchUp.kind()) {
      case NONE -> true;
      case ALL -> false;
      case LAST -> {
        var next = plan.next(nominal);
        yield next != null && isMissed(plan.due(next));
      }
    };
  }

  private boolean isMissed(Instant due) {
    return due.plus(CatchUp.MISSED_AFTER).isBefore(now);
  }

  private void tellMissed() {
    var range = missed;
    if (range == null) return;
    missed = null;
    var skipped = new Decision.Skipped(Why.MISSED, range.last(), range.count(), null);
    tell(range.first(), Cause.TIMING, skipped);
  }

  private void buffer(Instant nominal, List<Running> jobs, int max) {
    if (jobs.isEmpty() && waiting.isEmpty()) {
      submitTimed(nominal);
    } else if (waiting.size() < max) {
      waiting.add(nominal);
      tell(nominal, Cause.TIMING, new Decision.Buffered(waiting.size()));
    } else {
      skip(nominal, Why.FULL, jobs.isEmpty() ? null : jobs.getFirst().job());
    }
  }

  private void skip(Instant nominal, Why why, @Nullable String job) {
    tell(nominal, Cause.TIMING, new Decision.Skipped(why, nominal, 1, job));
  }

  private void cancel(Running job) {
    if (job.isCancelled()) return;
    running.set(running.indexOf(job), job.cancelled());
    effects.add(new Effect.Cancel(job.job()));
  }

  private void submitTimed(Instant nominal) {
    var due = plan.due(nominal);
    var job = ScheduleIds.jobOf(plan.id(), before.generation(), nominal);
    progress = progress.oneRunMore();
    submit(job, nominal, isMissed(due) ? Cause.CATCH_UP : Cause.TIMING, "", due);
  }

  private void submit(String job, Instant nominal, Cause cause, String backfill, Instant due) {
    // Jobs whose end is not known for so long are no longer followed.
    if (running.size() >= ScheduleFacts.FOLLOWED_MAX) running.removeFirst();
    running.add(new Running(job, nominal, now, cause, backfill, false));
    last = new ScheduleStatus.LastRun(nominal, job, now, null, null);
    effects.add(new Effect.Submit(job, nominal));
    tell(nominal, cause, new Decision.Submitted(job, Duration.between(due, now)));
  }

  private void tell(Instant nominal, Cause cause, Decision decision) {
    effects.add(
        new Effect.Decide(
            new ScheduleRun(plan.id(), before.generation(), nominal, cause, decision, now)));
  }
}
