package dev.phaseline.scheduler;

import dev.phaseline.scheduler.ScheduleBook.Trouble;
import dev.phaseline.scheduler.policy.ScheduleState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Check whether the ends of running jobs can become known: when no tracker runs, the schedules
/// that wait for one say so within seconds, and no longer once one runs. Owned by the thread of its
/// task.
final class TrackerCheck {
  static final long EVERY_MS = 2_000;

  /// A job that is younger may have ended without a word yet.
  private static final Duration YOUNG = Duration.ofSeconds(5);

  private final ScheduleParts parts;
  private final ScheduleBook book;
  private final ScheduleOutput output;
  private Instant looked = Instant.MIN;

  TrackerCheck(ScheduleParts parts, ScheduleBook book, ScheduleOutput output) {
    this.parts = parts;
    this.book = book;
    this.output = output;
  }

  /// Whether any schedule waits for the end of a job, or says that it waits in vain.
  boolean isNeeded() {
    return book.hasJobs() || book.hasTroubles();
  }

  void look(Instant now) {
    if (!isNeeded()) return;
    var isSoon = !now.isBefore(looked) && now.isBefore(looked.plusMillis(EVERY_MS - 100));
    if (isSoon) return;
    looked = now;
    switch (parts.trackers().look()) {
      case UNKNOWN -> {
        // brokers that don't answer, or may not: nothing is known to be wrong
      }
      case RUNS -> book.withTrouble(Trouble.Kind.TRACKER).forEach(id -> tell(id, null, now));
      case MISSING -> {
        for (var id : book.withJobs()) {
          if (book.trouble(id) == null) missing(id, now);
        }
      }
    }
  }

  private void missing(String id, Instant now) {
    var state = book.state(id);
    if (state == null || state.running().isEmpty()) return;
    var oldest = state.running().getFirst();
    if (oldest.submitted().plus(YOUNG).isAfter(now)) return;
    tell(id, words(state), now);
  }

  private String words(ScheduleState state) {
    return "the end of job "
        + state.running().getFirst().job()
        + " can't become known: no tracker runs in namespace '"
        + parts.names().namespace()
        + "'; start one with `phaseline console`";
  }

  private void tell(String id, @Nullable String text, Instant now) {
    var plan = book.plan(id);
    var state = book.state(id);
    if (plan == null || state == null) return;
    output.untold(plan, state, text, now);
  }
}
