package dev.phaseline.schemas.schedule;

import static dev.phaseline.schemas.schedule.ScheduleJson.bounded;

import dev.phaseline.schemas.DurationText;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;

/// Times at which a schedule runs: by cron lines, at a fixed interval, or one run after another.
/// The lines are text here; whether they can be read is known to who computes instants. Immutable.
public sealed interface Timing {
  /// More lines, or exclusions, than that are refused.
  int LINES_MAX = 100;

  /// A calendar by which no run starts: dates (`2026-12-25`, `2026-12-24..2026-12-26`), dates of
  /// every year (`12-25`, `12-24..01-01`), and cron lines, which exclude all times that they match.
  ///
  /// @param zone whose wall clock counts
  /// @param exclude the entries
  record Calendar(ZoneId zone, List<String> exclude) {
    public Calendar {
      exclude = List.copyOf(exclude);
      if (exclude.size() > LINES_MAX) {
        throw new InvalidScheduleException(
            "exclude", "exclude has " + exclude.size() + " entries, at most 100 are allowed");
      }
    }
  }

  /// At the times of a wall clock that one of the lines matches.
  ///
  /// @param lines with five fields (minute, hour, day of month, month, day of week), six (second
  ///   first), or a name such as `@daily`
  /// @param calendar the zone of the wall clock, and what is left out
  record Cron(List<String> lines, Calendar calendar) implements Timing {
    public Cron {
      lines = List.copyOf(lines);
      if (lines.isEmpty()) {
        throw new InvalidScheduleException("cron", "cron has no line; give one like '0 2 * * *'");
      }
      if (lines.size() > LINES_MAX) {
        throw new InvalidScheduleException(
            "cron", "cron has " + lines.size() + " lines, at most 100 are allowed");
      }
    }
  }

  /// Each time that a span of time has passed. Counted from 1970-01-01T00:00Z, so that the instants
  /// do not depend on when the schedule was made; no wall clock is looked at.
  ///
  /// @param every from 100 ms up
  /// @param offset how long after a multiple of `every`; less than it
  /// @param calendar what is left out
  record Interval(Duration every, Duration offset, Calendar calendar) implements Timing {
    /// Shorter intervals are refused.
    public static final Duration MIN = Duration.ofMillis(100);

    public Interval {
      if (every.compareTo(MIN) < 0) {
        throw new InvalidScheduleException(
            "every",
            "every is "
                + DurationText.of(every)
                + "; the shortest interval is 100ms, for shorter ones"
                + " use continuous");
      }
      if (offset.isNegative() || offset.compareTo(every) >= 0) {
        throw new InvalidScheduleException(
            "offset",
            "offset is "
                + DurationText.of(offset)
                + ", it must be less than every, "
                + DurationText.of(every));
      }
    }
  }

  /// The next run starts when the job of the last one has ended.
  ///
  /// @param pause from the end of a run to the start of the next
  /// @param backOff instead of the pause after a run that failed or was idle; doubled for each
  ///   further one
  /// @param backOffMax the longest back-off
  /// @param idleItems a run whose job had at most that many items found nothing to do; 0: no run
  ///   counts as idle
  record Continuous(Duration pause, Duration backOff, Duration backOffMax, int idleItems)
      implements Timing {
    public Continuous {
      if (backOffMax.compareTo(backOff) < 0) {
        throw new InvalidScheduleException(
            "backOffMax",
            "backOffMax is "
                + DurationText.of(backOffMax)
                + ", less than backOff, "
                + DurationText.of(backOff));
      }
      bounded("idleItems", idleItems, 0, 1_000_000);
    }
  }
}
