package dev.phaseline.ops.schedule;

import dev.phaseline.schemas.schedule.ScheduleRecord;
import org.jspecify.annotations.Nullable;

/// A change of a schedule that was asked for. Immutable.
///
/// @param id the schedule's id
/// @param before as it was; null: there was none
/// @param after as it is
/// @param job the job that a trigger submits; null for other changes
public record ScheduleChange(
    String id, @Nullable ScheduleRecord before, ScheduleRecord after, @Nullable String job) {

  /// Whether anything is different.
  public boolean changed() {
    return before == null
        || before.revision() != after.revision()
        || before.generation() != after.generation();
  }
}
