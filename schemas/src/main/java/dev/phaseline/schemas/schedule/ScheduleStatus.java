package dev.phaseline.schemas.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// State of one schedule as the scheduler knows it: a record of `<ns>.schedule-status` (compacted;
/// key: the schedule's id), written in the transaction that changes it. A null value: there is no
/// such schedule. Immutable.
///
/// @param generation the schedule's
/// @param revision the revision of the definition that it is about: the newest that was read
/// @param state whether it runs
/// @param counts runs, failures, waiting instants
/// @param now what is ahead and what runs
/// @param trouble what an operator must know, with the remedy; null: nothing
public record ScheduleStatus(
    long generation, long revision, State state, Counts counts, Now now, @Nullable String trouble) {
  /// The version of the format that is written, and the newest that is read.
  public static final int VERSION = 1;

  /// Of the running jobs, so many are listed.
  public static final int RUNNING_MAX = 10;

  private static final long COUNT_MAX = 1L << 53;

  /// State of a schedule.
  public enum State implements Worded {
    /// Running at its times.
    ACTIVE,
    /// An operator paused it.
    PAUSED,
    /// Paused by itself after too many failures in a row; resuming ends that.
    FAILED,
    /// Its last instant, or its last run, is past.
    FINISHED,
    /// Its definition can't be used; `trouble` says why.
    INVALID
  }

  /// Numbers.
  ///
  /// @param runs submitted by its timing in this generation
  /// @param failures in a row up to now
  /// @param waiting instants that are buffered
  /// @param running jobs that have not ended
  public record Counts(long runs, int failures, int waiting, int running) {}

  /// The present.
  ///
  /// @param next the next instant, jitter not included; null: none, or not known before a job ends
  /// @param running the oldest jobs that have not ended
  /// @param last the latest run; null: none
  /// @param backfills those that are not finished
  /// @param at when this was so, by the scheduler's clock
  public record Now(
      @Nullable Instant next,
      List<RunningJob> running,
      @Nullable LastRun last,
      List<BackfillState> backfills,
      Instant at) {
    public Now {
      running = List.copyOf(running);
      backfills = List.copyOf(backfills);
    }
  }

  /// A job that has not ended.
  ///
  /// @param job its id
  /// @param submitted when
  public record RunningJob(String job, Instant submitted) {}

  /// The latest run.
  ///
  /// @param nominal its instant
  /// @param job its job
  /// @param submitted when
  /// @param outcome how it ended; null: it runs
  /// @param duration from its submission to its end; null: it runs
  public record LastRun(
      Instant nominal,
      String job,
      Instant submitted,
      ScheduleRun.@Nullable Outcome outcome,
      @Nullable Duration duration) {}

  /// A backfill on its way.
  ///
  /// @param id the order's
  /// @param next the next instant
  /// @param until the end of its range
  public record BackfillState(String id, Instant next, Instant until) {}

  /// The record's value.
  public byte[] toBytes() {
    var json =
        ScheduleJson.object(VERSION)
            .put("generation", generation)
            .put("revision", revision)
            .put("state", state.text());
    if (trouble != null) json.put("trouble", trouble);
    count(json, "runs", counts.runs());
    count(json, "failures", counts.failures());
    count(json, "waiting", counts.waiting());
    count(json, "running", counts.running());
    if (now.next() != null) json.put("next", now.next().toString());
    if (!now.running().isEmpty()) {
      var list = json.putArray("jobs");
      for (var one : now.running()) {
        list.addObject().put("job", one.job()).put("submitted", one.submitted().toString());
      }
    }
    if (now.last() != null) put(json.putObject("last"), now.last());
    if (!now.backfills().isEmpty()) {
      var list = json.putArray("backfills");
      for (var one : now.backfills()) {
        list.addObject()
            .put("id", one.id())
            .put("next", one.next().toString())
            .put("until", one.until().toString());
      }
    }
    return json.put("at", now.at().toString()).toString().getBytes(UTF_8);
  }

  private static void count(ObjectNode json, String field, long number) {
    if (number != 0) json.put(field, number);
  }

  private static void put(ObjectNode json, LastRun last) {
    json.put("nominal", last.nominal().toString())
        .put("job", last.job())
        .put("submitted", last.submitted().toString());
    if (last.outcome() != null) json.put("outcome", last.outcome().text());
    if (last.duration() != null) json.put("durationMs", last.duration().toMillis());
  }

  /// Reads a record's value.
  ///
  /// @throws InvalidScheduleException when it is null, of a newer version, or not such a record
  public static ScheduleStatus read(byte @Nullable [] value) {
    var in = ScheduleJson.read("the status of a schedule", value, VERSION);
    var status =
        new ScheduleStatus(
            in.number("generation", 0, 0, COUNT_MAX),
            in.number("revision", 0, 0, COUNT_MAX),
            in.wordNeeded("state", State.class),
            new Counts(
                in.number("runs", 0, 0, COUNT_MAX),
                (int) in.number("failures", 0, 0, Integer.MAX_VALUE),
                (int) in.number("waiting", 0, 0, Integer.MAX_VALUE),
                (int) in.number("running", 0, 0, Integer.MAX_VALUE)),
            now(in),
            in.text("trouble"));
    in.end();
    return status;
  }

  private static Now now(ScheduleJson in) {
    var running = new ArrayList<RunningJob>();
    for (var one : in.objects("jobs", RUNNING_MAX)) {
      running.add(new RunningJob(one.textNeeded("job"), one.timeNeeded("submitted")));
    }
    var backfills = new ArrayList<BackfillState>();
    for (var one : in.objects("backfills", ScheduleRecord.ORDERS_MAX)) {
      backfills.add(
          new BackfillState(one.textNeeded("id"), one.timeNeeded("next"), one.timeNeeded("until")));
    }
    var last = in.node("last");
    return new Now(
        in.time("next"),
        running,
        last == null ? null : last(ScheduleJson.of("last", last)),
        backfills,
        in.timeNeeded("at"));
  }

  private static LastRun last(ScheduleJson in) {
    var took = in.has("durationMs") ? in.number("durationMs", 0, 0, COUNT_MAX) : -1;
    return new LastRun(
        in.timeNeeded("nominal"),
        in.textNeeded("job"),
        in.timeNeeded("submitted"),
        in.has("outcome") ? in.wordNeeded("outcome", ScheduleRun.Outcome.class) : null,
        took < 0 ? null : Duration.ofMillis(took));
  }
}
