package dev.phaseline.scheduler.policy;

import dev.phaseline.scheduler.policy.ScheduleState.Progress;
import dev.phaseline.scheduler.policy.ScheduleState.Running;
import dev.phaseline.schemas.schedule.ScheduleOrder;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;

/// Facts that follow from a schedule's definition and state. Pure and thread-safe.
final class ScheduleFacts {
  /// No time: nothing is to be done before an event.
  static final Instant NEVER = Instant.MAX;

  /// Jobs of one schedule whose ends are waited for at once; of more, the oldest are forgotten.
  static final int FOLLOWED_MAX = 1_100;

  /// Orders of one schedule that are remembered.
  static final int ORDERS_KNOWN = 2 * ScheduleRecord.ORDERS_MAX;

  private ScheduleFacts() {}

  /// Time of the next look; [#NEVER]: not before an event.
  static Instant due(SchedulePlan plan, ScheduleState state) {
    if (!newOrders(plan, state).isEmpty() || isBackfillReady(state)) return Instant.EPOCH;
    if (isHeld(plan, state)) return NEVER;
    var isBusy = state.running().stream().anyMatch(Running::isOfTiming);
    if (!state.waiting().isEmpty() && !isBusy) return Instant.EPOCH;
    if (isFull(plan, state.progress(), state.waiting().size())) return NEVER;
    if (plan.isContinuous()) {
      var until = plan.spec().window().until();
      var from = plan.spec().window().from();
      var start = state.progress().startAt();
      if (from != null && from.isAfter(start)) start = from;
      return isBusy || (until != null && !start.isBefore(until)) ? NEVER : start;
    }
    var next = plan.next(state.cursor());
    return next == null ? NEVER : plan.due(next);
  }

  private static boolean isBackfillReady(ScheduleState state) {
    return state.backfills().stream()
        .anyMatch(
            fill ->
                state.running().stream().filter(one -> one.backfill().equals(fill.id())).count()
                    < fill.atOnce());
  }

  static List<ScheduleOrder> newOrders(SchedulePlan plan, ScheduleState state) {
    var all = plan.record().orders();
    if (all.isEmpty()) return List.of();
    var known = new HashSet<>(state.orders());
    return all.stream().filter(order -> !known.contains(order.id())).toList();
  }

  /// Whether its timing is held, by an operator or by failures.
  static boolean isHeld(SchedulePlan plan, ScheduleState state) {
    return plan.record().run().paused() || state.progress().failedAt() > 0;
  }

  /// Whether it has had all its runs, those that wait counted.
  static boolean isFull(SchedulePlan plan, Progress progress, int waiting) {
    var max = plan.spec().window().runsMax();
    return max > 0 && progress.runs() + waiting >= max;
  }
}
