package dev.phaseline.scheduler.policy;

import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Memory of a schedule between two turns. It only moves forward: `cursor` never goes back, so no
/// instant is decided twice, whatever clocks do. Immutable.
///
/// @param generation of the definition that it is about
/// @param revision the newest that was taken
/// @param cursor the last instant that was decided
/// @param progress runs, failures and the continuous schedule's next start
/// @param running jobs that have not ended, the oldest first
/// @param waiting instants that are buffered, the oldest first
/// @param orders ids of orders that were taken, the oldest first
/// @param backfills those that are not finished
/// @param last the latest run
public record ScheduleState(
    long generation,
    long revision,
    Instant cursor,
    Progress progress,
    List<Running> running,
    List<Instant> waiting,
    List<String> orders,
    List<Backfill> backfills,
    ScheduleStatus.@Nullable LastRun last) {

  /// Numbers of a schedule.
  ///
  /// @param runs submitted by its timing
  /// @param failures in a row
  /// @param failedAt the revision at which it paused itself after failures; 0: it did not
  /// @param startAt a continuous schedule's next start
  /// @param backOffs how many back-offs came in a row
  /// @param isPaused whether the newest definition says so
  public record Progress(
      long runs, int failures, long failedAt, Instant startAt, int backOffs, boolean isPaused) {
    static final Progress NONE = new Progress(0, 0, 0, Instant.EPOCH, 0, false);

    Progress oneRunMore() {
      return new Progress(runs + 1, failures, failedAt, startAt, backOffs, isPaused);
    }

    Progress withFailures(int count, long pausedAt) {
      return new Progress(runs, count, pausedAt, startAt, backOffs, isPaused);
    }

    Progress startingAt(Instant time, int backOffsNow) {
      return new Progress(runs, failures, failedAt, time, backOffsNow, isPaused);
    }

    Progress paused(boolean isSo) {
      return new Progress(runs, failures, failedAt, startAt, backOffs, isSo);
    }
  }

  /// A job that has not ended.
  ///
  /// @param job its id
  /// @param nominal its instant
  /// @param submitted when
  /// @param cause of the run
  /// @param backfill the order of its backfill; empty: none
  /// @param isCancelled whether it is being cancelled
  public record Running(
      String job,
      Instant nominal,
      Instant submitted,
      ScheduleRun.Cause cause,
      String backfill,
      boolean isCancelled) {
    /// Whether the overlap policy is about it.
    boolean isOfTiming() {
      return cause == ScheduleRun.Cause.TIMING || cause == ScheduleRun.Cause.CATCH_UP;
    }

    Running cancelled() {
      return new Running(job, nominal, submitted, cause, backfill, true);
    }
  }

  /// A backfill on its way.
  ///
  /// @param id the order's
  /// @param cursor the last instant that was submitted
  /// @param until the end of its range
  /// @param atOnce how many of its jobs run at once
  public record Backfill(String id, Instant cursor, Instant until, int atOnce) {}

  public ScheduleState {
    running = List.copyOf(running);
    waiting = List.copyOf(waiting);
    orders = List.copyOf(orders);
    backfills = List.copyOf(backfills);
  }

  /// The state of a schedule that was just made.
  static ScheduleState fresh(long generation, Instant cursor) {
    return new ScheduleState(
        generation, 0, cursor, Progress.NONE, List.of(), List.of(), List.of(), List.of(), null);
  }
}
