package dev.phaseline.schemas.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.phaseline.schemas.control.Author;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One schedule as `<ns>.schedules` keeps it (compacted; key: the schedule's id in UTF-8): the
/// whole definition with its orders, so that reading the newest record is knowing the schedule, and
/// reading it twice changes nothing. Every change writes the whole with the next revision.
///
/// As JSON:
/// `{"v":1,"generation":1,"revision":3,"paused":true,"resumed":2,"resumedAt":"...","created":"...",
/// "timed":"...","orders":[...],"operation":"...","by":"...","from":"...","reason":"...",
/// "at":"...","spec":{...}}`, what is at its default absent. A removed schedule has no `spec`, and
/// its record stays, so that one of this id that is made later has the next generation. A null
/// value removes too, and forgets the count. Immutable.
///
/// @param generation counts the schedules of this id, from 1; part of the ids of its jobs
/// @param revision counts the changes of this generation, from 1
/// @param spec the definition; null: removed
/// @param run paused or not, and when that changed
/// @param orders triggers and backfills, the oldest first; those that are long done drop out
/// @param change who made it so
public record ScheduleRecord(
    long generation,
    long revision,
    @Nullable ScheduleSpec spec,
    Run run,
    List<ScheduleOrder> orders,
    Change change) {
  /// The version of the format that is written, and the newest that is read.
  public static final int VERSION = 1;

  /// More orders are not kept in one record.
  public static final int ORDERS_MAX = 100;

  private static final long COUNT_MAX = 1L << 53;

  /// Whether it runs, and since when its times hold.
  ///
  /// @param paused whether an operator paused it
  /// @param resumed the revision at which it was last resumed, 0: never. A pause after failures
  ///   ends when this is greater than the revision at which it began
  /// @param resumedAt when that was: instants of the pause before it are not caught up
  /// @param created when this generation was made: no instant before it counts
  /// @param timed when its timing last changed: no instant before it counts
  public record Run(
      boolean paused, long resumed, Instant resumedAt, Instant created, Instant timed) {
    private Run paused(boolean isSo) {
      return new Run(isSo, resumed, resumedAt, created, timed);
    }

    private Run timedAt(Instant time) {
      return new Run(paused, resumed, resumedAt, created, time);
    }
  }

  /// The latest change.
  ///
  /// @param operation the id of the command, by which a repeated command is known
  /// @param author who
  /// @param at when, by their clock
  public record Change(String operation, Author author, Instant at) {}

  public ScheduleRecord {
    ScheduleJson.bounded("generation", generation, 1, 9_999_999_999L);
    ScheduleJson.bounded("revision", revision, 1, COUNT_MAX);
    orders = List.copyOf(orders);
    if (orders.size() > ORDERS_MAX) {
      throw new InvalidScheduleException(
          "orders", "there are " + orders.size() + " orders, at most 100 are allowed");
    }
  }

  /// The first record of a schedule.
  ///
  /// @param generation 1, or that of the removed schedule of this id and one more
  public static ScheduleRecord made(long generation, ScheduleSpec spec, Change change) {
    var at = change.at();
    return new ScheduleRecord(
        generation, 1, spec, new Run(false, 0, at, at, at), List.of(), change);
  }

  /// This with another definition. When its timing differs, instants before the change no longer
  /// count.
  public ScheduleRecord withSpec(ScheduleSpec other, Change by) {
    var isTimedAnew = spec == null || !spec.timing().equals(other.timing());
    return next(other, isTimedAnew ? run.timedAt(by.at()) : run, orders, by);
  }

  /// This paused.
  public ScheduleRecord pausedBy(Change by) {
    return next(spec, run.paused(true), orders, by);
  }

  /// This resumed, after a pause by an operator or after failures.
  public ScheduleRecord resumedBy(Change by) {
    var resumed = new Run(false, revision + 1, by.at(), run.created(), run.timed());
    return next(spec, resumed, orders, by);
  }

  /// This with one more order; the oldest drops out when there are too many.
  public ScheduleRecord with(ScheduleOrder order, Change by) {
    var more = new ArrayList<>(orders);
    more.add(order);
    while (more.size() > ORDERS_MAX) more.removeFirst();
    return next(spec, run, more, by);
  }

  /// This removed.
  public ScheduleRecord removedBy(Change by) {
    return next(null, run.paused(false), List.of(), by);
  }

  private ScheduleRecord next(
      @Nullable ScheduleSpec other, Run otherRun, List<ScheduleOrder> all, Change by) {
    return new ScheduleRecord(generation, revision + 1, other, otherRun, all, by);
  }

  /// Whether there is no schedule of this id any more.
  public boolean isRemoved() {
    return spec == null;
  }

  /// The record's value.
  public byte[] toBytes() {
    var json = ScheduleJson.object(VERSION).put("generation", generation).put("revision", revision);
    if (run.paused()) json.put("paused", true);
    if (run.resumed() > 0) {
      json.put("resumed", run.resumed()).put("resumedAt", run.resumedAt().toString());
    }
    json.put("created", run.created().toString()).put("timed", run.timed().toString());
    if (!orders.isEmpty()) {
      var list = json.putArray("orders");
      orders.forEach(order -> list.add(ScheduleOrder.toJson(order)));
    }
    json.put("operation", change.operation()).put("by", change.author().by());
    if (!change.author().from().isEmpty()) json.put("from", change.author().from());
    if (!change.author().reason().isEmpty()) json.put("reason", change.author().reason());
    json.put("at", change.at().toString());
    if (spec != null) json.set("spec", ScheduleFormat.toJson(spec));
    return json.toString().getBytes(UTF_8);
  }

  /// Reads a record's value.
  ///
  /// @throws InvalidScheduleException when it is null, of a newer version, or not such a record
  public static ScheduleRecord read(byte @Nullable [] value) {
    var in = ScheduleJson.read("the record of a schedule", value, VERSION);
    var spec = in.node("spec");
    var orders = new ArrayList<ScheduleOrder>();
    for (var order : in.objects("orders", ORDERS_MAX)) orders.add(ScheduleOrder.read(order));
    var at = in.timeNeeded("at");
    var by = in.textOr("by", "");
    var record =
        new ScheduleRecord(
            in.number("generation", 0, 0, COUNT_MAX),
            in.number("revision", 0, 0, COUNT_MAX - 1),
            spec == null ? null : ScheduleFormat.read(spec),
            run(in),
            orders,
            new Change(
                in.textOr("operation", ""),
                new Author(
                    by.isBlank() ? "unknown" : by, in.textOr("from", ""), in.textOr("reason", "")),
                at));
    in.end();
    return record;
  }

  private static Run run(ScheduleJson in) {
    var created = in.timeNeeded("created");
    var resumed = in.number("resumed", 0, 0, COUNT_MAX);
    var resumedAt = resumed == 0 ? created : in.timeNeeded("resumedAt");
    return new Run(in.flag("paused"), resumed, resumedAt, created, in.timeNeeded("timed"));
  }
}
