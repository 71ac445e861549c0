package dev.phaseline.ops.schedule;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.phaseline.schemas.DurationText;
import dev.phaseline.schemas.schedule.Overlap;
import dev.phaseline.schemas.schedule.ScheduleFormat;
import dev.phaseline.schemas.schedule.ScheduleRun;
import dev.phaseline.schemas.schedule.ScheduleRun.Decision;
import dev.phaseline.schemas.schedule.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Schedules as the API answers them and the command prints them; what is not known is absent,
/// times are ISO 8601 in UTC, spans in milliseconds.
public final class ScheduleAnswers {
  private static final Duration AHEAD = Duration.ofHours(24);

  /// More instants than that in a day are a band and no marks.
  private static final int AHEAD_MAX = 288;

  private ScheduleAnswers() {}

  /// All schedules.
  ///
  /// @param served whether a scheduler runs
  /// @param unreadable schedules whose record can't be read, each with the reason
  public record All(boolean served, List<Line> schedules, List<Unreadable> unreadable) {}

  /// A schedule whose record can't be read.
  public record Unreadable(String id, String why) {}

  /// A schedule with its state.
  ///
  /// @param state `active`, `paused`, `failed`, `finished`, `invalid`, or `new` until a scheduler
  ///   has seen it
  /// @param when its times in words
  /// @param coming the instants of the next 24 h
  /// @param dense whether there are more of them
  /// @param recent the latest decisions, the newest first
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Line(
      String id,
      String state,
      String when,
      String zone,
      String overlap,
      String pipeline,
      String phase,
      long revision,
      @Nullable String next,
      Counts counts,
      @Nullable Last last,
      List<String> coming,
      boolean dense,
      List<Run> recent,
      List<Trouble> trouble,
      String note) {}

  /// Numbers of a schedule.
  public record Counts(long runs, int failures, int waiting, int running) {}

  /// The latest run of a schedule.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Last(
      String nominal,
      String job,
      String submitted,
      @Nullable String outcome,
      @Nullable Long tookMs) {}

  /// Something about a schedule that an operator should look at.
  public record Trouble(String title, String remedy) {}

  /// A decision about an instant, or the end of a run.
  ///
  /// @param what `submitted`, `buffered`, `skipped` or `ended`
  /// @param why of a skipped instant
  /// @param count how many instants were skipped
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Run(
      String nominal,
      String at,
      String cause,
      String what,
      @Nullable String job,
      @Nullable Long latenessMs,
      @Nullable String why,
      @Nullable Long count,
      @Nullable String outcome,
      @Nullable Long tookMs,
      @Nullable Long items) {}

  /// One schedule with its definition.
  ///
  /// @param definition as it is put
  /// @param instants the coming ones
  /// @param by who changed it last
  /// @param changed when
  public record One(
      Line schedule,
      ObjectNode definition,
      List<String> instants,
      List<Run> history,
      String by,
      String changed,
      String reason) {}

  /// A change.
  ///
  /// @param changed whether anything is different
  /// @param job the job that a trigger submits
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Changed(String id, boolean changed, long revision, @Nullable String job) {
    /// The change as it is answered.
    public static Changed of(ScheduleChange change) {
      return new Changed(change.id(), change.changed(), change.after().revision(), change.job());
    }
  }

  /// A schedule as it is answered.
  public static Line line(
      ScheduleView view, boolean served, List<ScheduleRun> recent, Instant now) {
    var spec = view.spec();
    var status = view.status();
    var ahead =
        view.isHeld()
            ? List.<Instant>of()
            : view.next(now, AHEAD_MAX + 1).stream()
                .filter(one -> one.isBefore(now.plus(AHEAD)))
                .toList();
    return new Line(
        view.id(),
        view.state(),
        when(spec.timing()),
        zone(spec.timing()),
        overlap(spec.overlap()),
        spec.job().pipeline(),
        spec.job().phase(),
        view.record().revision(),
        next(view, now),
        status == null
            ? new Counts(0, 0, 0, 0)
            : new Counts(
                status.counts().runs(),
                status.counts().failures(),
                status.counts().waiting(),
                status.counts().running()),
        last(view),
        ahead.size() > AHEAD_MAX ? List.of() : texts(ahead),
        ahead.size() > AHEAD_MAX,
        recent.stream().map(ScheduleAnswers::run).toList(),
        ScheduleTrouble.of(view, served, now).stream()
            .map(one -> new Trouble(one.what(), one.remedy()))
            .toList(),
        spec.care().note());
  }

  /// Schedules that can't be read, as they are answered.
  public static List<Unreadable> unreadable(Map<String, String> reasons) {
    return reasons.entrySet().stream()
        .map(one -> new Unreadable(one.getKey(), one.getValue()))
        .toList();
  }

  /// One schedule as it is answered.
  ///
  /// @param count how many coming instants
  public static One one(
      ScheduleView view, boolean served, List<ScheduleRun> history, Instant now, int count) {
    var change = view.record().change();
    return new One(
        line(view, served, List.of(), now),
        ScheduleFormat.toJson(view.spec()),
        texts(view.next(now, count)),
        history.stream().map(ScheduleAnswers::run).toList(),
        change.author().by(),
        change.at().toString(),
        change.author().reason());
  }

  private static List<String> texts(List<Instant> instants) {
    return instants.stream().map(Instant::toString).toList();
  }

  private static @Nullable String next(ScheduleView view, Instant now) {
    if (view.isHeld()) return null;
    var coming = view.next(now, 1);
    return coming.isEmpty() ? null : coming.getFirst().toString();
  }

  private static @Nullable Last last(ScheduleView view) {
    var status = view.status();
    if (status == null || status.now().last() == null) return null;
    var run = status.now().last();
    var took = run.duration();
    return new Last(
        run.nominal().toString(),
        run.job(),
        run.submitted().toString(),
        run.outcome() == null ? null : run.outcome().text(),
        took == null ? null : took.toMillis());
  }

  /// The times of a schedule in words.
  public static String when(Timing timing) {
    return switch (timing) {
      case Timing.Cron cron -> String.join(", ", cron.lines());
      case Timing.Interval interval ->
          "every "
              + DurationText.of(interval.every())
              + (interval.offset().isZero()
                  ? ""
                  : ", offset " + DurationText.of(interval.offset()));
      case Timing.Continuous continuous ->
          "continuous"
              + (continuous.pause().isZero()
                  ? ""
                  : ", pause " + DurationText.of(continuous.pause()));
    };
  }

  /// The zone of a schedule's wall clock.
  public static String zone(Timing timing) {
    return switch (timing) {
      case Timing.Cron cron -> cron.calendar().zone().getId();
      case Timing.Interval interval -> interval.calendar().zone().getId();
      case Timing.Continuous _ -> "UTC";
    };
  }

  private static String overlap(Overlap overlap) {
    return overlap.max() == 1 ? overlap.kind().text() : overlap.kind().text() + " " + overlap.max();
  }

  /// A decision as it is answered.
  public static Run run(ScheduleRun run) {
    return switch (run.decision()) {
      case Decision.Submitted(var job, var lateness) ->
          of(run, "submitted", job, lateness.toMillis(), null, null, null, null, null);
      case Decision.Buffered _ -> of(run, "buffered", null, null, null, null, null, null, null);
      case Decision.Skipped(var why, var _, var count, var job) ->
          of(run, "skipped", job, null, why.text(), count, null, null, null);
      case Decision.Ended(var job, var outcome, var took, var items) ->
          of(run, "ended", job, null, null, null, outcome.text(), took.toMillis(), items);
    };
  }

  private static Run of(
      ScheduleRun run,
      String what,
      @Nullable String job,
      @Nullable Long lateness,
      @Nullable String why,
      @Nullable Long count,
      @Nullable String outcome,
      @Nullable Long took,
      @Nullable Long items) {
    return new Run(
        run.nominal().toString(),
        run.at().toString(),
        run.cause().text(),
        what,
        job,
        lateness,
        why,
        count,
        outcome,
        took,
        items);
  }
}
