package dev.phaseline.schemas.schedule;

import dev.phaseline.schemas.DurationText;
import java.time.Duration;

/// Policy for instants that were missed: no scheduler ran until more than [#MISSED_AFTER] after
/// them. Instants of a pause are never caught up; a backfill is for those.
///
/// @param kind the policy
/// @param window how old an instant may be (`last` and `all`); older ones are skipped
public record CatchUp(Kind kind, Duration window) {
  /// An instant that is later than this was missed. Less would skip instants during the takeover
  /// from a scheduler that was killed.
  public static final Duration MISSED_AFTER = Duration.ofMinutes(1);

  /// The default: of the instants that were missed in the last day, the last one runs.
  public static final CatchUp DEFAULT = new CatchUp(Kind.LAST, Duration.ofDays(1));

  /// Kind of policy.
  public enum Kind implements Worded {
    /// No instant that was missed runs.
    NONE,
    /// Of several that were missed, the last one runs.
    LAST,
    /// All run.
    ALL
  }

  public CatchUp {
    if (window.compareTo(MISSED_AFTER) < 0) {
      throw new InvalidScheduleException(
          "catchUpWindow",
          "catchUpWindow is "
              + DurationText.of(window)
              + ", the shortest is "
              + DurationText.of(MISSED_AFTER));
    }
  }
}
