package dev.phaseline.schemas.schedule;

import static dev.phaseline.schemas.schedule.ScheduleJson.bounded;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Bounds of a schedule in time and number.
///
/// @param from no run starts before it; null: from its definition on
/// @param until no run starts at or after it; null: for ever
/// @param runsMax after so many runs it is finished, triggers and backfills not counted; 0: no end
public record ScheduleWindow(@Nullable Instant from, @Nullable Instant until, long runsMax) {
  /// No bounds.
  public static final ScheduleWindow NONE = new ScheduleWindow(null, null, 0);

  public ScheduleWindow {
    if (from != null && until != null && !from.isBefore(until)) {
      throw new InvalidScheduleException(
          "until",
          "until is " + until + ", not after from, " + from + "; was one mistaken for the other?");
    }
    bounded("runsMax", runsMax, 0, 1L << 53);
  }
}
