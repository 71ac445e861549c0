package dev.phaseline.schemas.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.Clipped;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One decision of the scheduler about an instant, or the end of a run: a record of
/// `<ns>.schedule-runs` (key: the schedule's id, so all records of one schedule are in one
/// partition and in order). A decision to submit is written in the transaction that writes the job.
///
/// As JSON: `{"v":1,"generation":1,"nominal":"...","cause":"timing","what":"submitted",
/// "job":"...","latenessMs":12,"at":"..."}`. Immutable.
///
/// @param schedule the schedule's id; the record's key
/// @param generation the schedule's
/// @param nominal the instant that it is about
/// @param cause who asked for the run
/// @param decision what was decided
/// @param at when, by the scheduler's clock
public record ScheduleRun(
    String schedule, long generation, Instant nominal, Cause cause, Decision decision, Instant at) {
  /// The version of the format that is written, and the newest that is read.
  public static final int VERSION = 1;

  private static final long COUNT_MAX = 1L << 53;

  /// Cause of a run.
  public enum Cause implements Worded {
    /// The schedule's timing.
    TIMING,
    /// The schedule's timing, caught up.
    CATCH_UP,
    /// A trigger.
    TRIGGER,
    /// A backfill.
    BACKFILL
  }

  /// Reason for which an instant has no run.
  public enum Why implements Worded {
    /// A job of the schedule was running, and the overlap policy says skip.
    RUNNING,
    /// As many instants wait, or jobs run, as the overlap policy allows.
    FULL,
    /// No scheduler ran at the time, and the catch-up policy leaves it out.
    MISSED,
    /// The schedule was paused.
    PAUSED,
    /// The definition changed or was removed while the instant waited.
    CHANGED
  }

  /// Outcome of a run's job, as [dev.phaseline.schemas.JobEnd#state].
  public enum Outcome implements Worded {
    /// All items ended well.
    DONE,
    /// At least one item is a dead letter.
    DEAD,
    /// The job was cancelled.
    CANCELLED,
    /// Failed, and its items' effects were undone.
    COMPENSATED
  }

  /// Decision about an instant, or what came of it.
  public sealed interface Decision {
    /// A job was submitted.
    ///
    /// @param job its id
    /// @param lateness from the instant, jitter included, to the submission
    record Submitted(String job, Duration lateness) implements Decision {}

    /// The instant waits for the end of a job.
    ///
    /// @param waiting how many wait now
    record Buffered(int waiting) implements Decision {}

    /// The instant, or several, have no run.
    ///
    /// @param why the reason
    /// @param last the last one of several; the same instant when it is one
    /// @param count how many
    /// @param job the job that was in the way; null: none
    record Skipped(Why why, Instant last, long count, @Nullable String job) implements Decision {}

    /// The run's job has ended.
    ///
    /// @param job its id
    /// @param outcome how
    /// @param duration from the submission to the end
    /// @param items how many items the job had
    record Ended(String job, Outcome outcome, Duration duration, long items) implements Decision {}
  }

  /// The record's value.
  public byte[] toBytes() {
    var json =
        ScheduleJson.object(VERSION)
            .put("generation", generation)
            .put("nominal", nominal.toString())
            .put("cause", cause.text());
    switch (decision) {
      case Decision.Submitted one ->
          json.put("what", "submitted")
              .put("job", one.job())
              .put("latenessMs", one.lateness().toMillis());
      case Decision.Buffered one -> json.put("what", "buffered").put("waiting", one.waiting());
      case Decision.Skipped one -> {
        json.put("what", "skipped").put("why", one.why().text());
        if (one.count() != 1) json.put("last", one.last().toString()).put("count", one.count());
        if (one.job() != null) json.put("job", one.job());
      }
      case Decision.Ended one ->
          json.put("what", "ended")
              .put("job", one.job())
              .put("outcome", one.outcome().text())
              .put("durationMs", one.duration().toMillis())
              .put("items", one.items());
    }
    return json.put("at", at.toString()).toString().getBytes(UTF_8);
  }

  /// Reads a record's value.
  ///
  /// @param schedule the record's key
  /// @throws InvalidScheduleException when it is null, of a newer version, or not such a record
  public static ScheduleRun read(String schedule, byte @Nullable [] value) {
    var in = ScheduleJson.read("the record of a run", value, VERSION);
    var nominal = in.timeNeeded("nominal");
    var run =
        new ScheduleRun(
            schedule,
            in.number("generation", 0, 0, COUNT_MAX),
            nominal,
            in.wordNeeded("cause", Cause.class),
            decision(in, nominal),
            in.timeNeeded("at"));
    in.end();
    return run;
  }

  private static Decision decision(ScheduleJson in, Instant nominal) {
    var what = in.textNeeded("what");
    return switch (what) {
      case "submitted" -> new Decision.Submitted(in.textNeeded("job"), millis(in, "latenessMs"));
      case "buffered" -> new Decision.Buffered((int) in.number("waiting", 1, 0, Integer.MAX_VALUE));
      case "skipped" -> {
        var last = in.time("last");
        yield new Decision.Skipped(
            in.wordNeeded("why", Why.class),
            last == null ? nominal : last,
            in.number("count", 1, 1, COUNT_MAX),
            in.text("job"));
      }
      case "ended" ->
          new Decision.Ended(
              in.textNeeded("job"),
              in.wordNeeded("outcome", Outcome.class),
              millis(in, "durationMs"),
              in.number("items", 0, 0, COUNT_MAX));
      default ->
          throw new InvalidScheduleException(
              "what", "what is '" + Clipped.of(what) + "', unknown to this version");
    };
  }

  private static Duration millis(ScheduleJson in, String field) {
    return Duration.ofMillis(in.number(field, 0, -COUNT_MAX, COUNT_MAX));
  }
}
