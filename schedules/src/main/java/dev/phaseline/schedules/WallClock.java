package dev.phaseline.schedules;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import org.jspecify.annotations.Nullable;

/// Instants of cron lines in a zone, with rules for the days on which its clock is changed:
/// - A line with given hours (`30 2 * * *`) is about times of the day. A time that the clock skips
///   is the moment at which the clock goes on: the run is not lost. A time that comes twice counts
///   the first time.
/// - A line whose hour begins with `*` (`*/10 * * * *`) is about a rhythm. Skipped times have no
///   run, and times that come twice have two, so that the rhythm is kept.
///
/// Several times of a line that fall on one moment are one instant. Immutable.
final class WallClock {
  /// More changes of the clock than that are not looked through for a line's next time.
  private static final int CHANGES_MAX = 400;

  private final ZoneRules rules;

  WallClock(ZoneId zone) {
    this.rules = zone.getRules();
  }

  LocalDateTime at(Instant instant) {
    return LocalDateTime.ofInstant(instant, rules.getOffset(instant));
  }

  /// The line's first instant after this one; null: none in the next 200 years.
  @Nullable Instant next(CronLine line, Instant after) {
    return line.isEveryHour() ? rhythm(line, after) : timesOfDay(line, after);
  }

  /// The moment at which the clock shows this time, by the rule for given hours.
  Instant moment(LocalDateTime local) {
    var offsets = rules.getValidOffsets(local);
    if (!offsets.isEmpty()) return local.toInstant(offsets.getFirst());
    return rules.getTransition(local).getInstant();
  }

  private @Nullable Instant timesOfDay(CronLine line, Instant after) {
    var local = at(after);
    var change = rules.getTransition(local);
    var isSecondPass = change != null && change.isOverlap() && !after.isBefore(change.getInstant());
    // All times of the second pass have had their moment in the first.
    var from = isSecondPass ? change.getDateTimeBefore().minusNanos(1) : local;
    for (var time = line.next(from); time != null; time = line.next(time)) {
      var moment = moment(time);
      if (moment.isAfter(after)) return moment;
    }
    return null;
  }

  private @Nullable Instant rhythm(CronLine line, Instant after) {
    var offset = rules.getOffset(after);
    var from = LocalDateTime.ofInstant(after, offset);
    var change = rules.nextTransition(after);
    for (var changes = 0; changes < CHANGES_MAX; changes++) {
      var time = line.next(from);
      var found = time == null ? null : time.toInstant(offset);
      if (change == null || (found != null && found.isBefore(change.getInstant()))) return found;
      offset = change.getOffsetAfter();
      from = startOf(change.getInstant(), offset);
      change = rules.nextTransition(change.getInstant());
    }
    return null;
  }

  private static LocalDateTime startOf(Instant instant, ZoneOffset offset) {
    return LocalDateTime.ofInstant(instant, offset).minusNanos(1);
  }
}
