package dev.phaseline.scheduler.policy;

import dev.phaseline.schedules.NextInstants;
import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.schemas.schedule.ScheduleRecord;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import dev.phaseline.schemas.schedule.Timing;
import java.time.Instant;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/// Definition of a schedule, ready to be run. Immutable.
///
/// @param id the schedule's
/// @param record its newest record
/// @param spec its definition
/// @param instants its nominal instants
public record SchedulePlan(
    String id, ScheduleRecord record, ScheduleSpec spec, NextInstants instants) {

  /// The plan of a record that has a definition.
  ///
  /// @throws InvalidScheduleException when its lines can't be read by this version
  public static SchedulePlan of(String id, ScheduleRecord record) {
    var spec = record.spec();
    if (spec == null) throw new IllegalArgumentException("schedule " + id + " is removed");
    return new SchedulePlan(id, record, spec, NextInstants.of(spec.timing()));
  }

  boolean isContinuous() {
    return spec.timing() instanceof Timing.Continuous;
  }

  /// The first nominal instant after this time that is within the schedule's window; null: none.
  @Nullable Instant next(Instant after) {
    var from = spec.window().from();
    var start = from != null && from.isAfter(after) ? from.minusMillis(1) : after;
    var next = instants.after(start);
    var until = spec.window().until();
    return next == null || (until != null && !next.isBefore(until)) ? null : next;
  }

  /// Time at which the run of an instant is due: jitter is derived from the run's id, so that it is
  /// the same wherever and whenever it is computed.
  Instant due(Instant nominal) {
    var jitterMs = spec.care().jitter().toMillis();
    if (jitterMs == 0) return nominal;
    var crc = new CRC32();
    for (var c : (id + '@' + nominal.toEpochMilli()).toCharArray()) crc.update(c);
    return nominal.plusMillis(crc.getValue() % (jitterMs + 1));
  }
}
