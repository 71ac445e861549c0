package dev.phaseline.schedules;

import dev.phaseline.schemas.schedule.InvalidScheduleException;
import dev.phaseline.schemas.schedule.ScheduleSpec;
import dev.phaseline.schemas.schedule.Timing;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Nominal instants of a schedule's timing. Pure: the same question has the same answer at any time
/// and anywhere, but for the rules of zones, which come with Java. The rules for days on which
/// clocks are changed are those of [WallClock]. Immutable.
public final class NextInstants {
  /// So many instants in a row may be left out by exclusions; beyond that, all are.
  private static final int LEFT_OUT_MAX = 500_000;

  private static final ZoneId UTC = ZoneId.of("UTC");

  private final Source source;
  private final WallClock clock;
  private final ZoneId zone;
  private final List<Exclusion> exclusions;

  /// Instants before exclusions.
  private interface Source {
    /// The first one after this; null: there is none.
    @Nullable Instant after(Instant instant);
  }

  private NextInstants(Source source, ZoneId zone, List<String> exclude) {
    this.source = source;
    this.zone = zone;
    this.clock = new WallClock(zone);
    this.exclusions = exclude.stream().map(Exclusion::parse).toList();
  }

  /// The instants of a timing. A continuous one has none: its runs follow each other.
  ///
  /// @throws InvalidScheduleException when a cron line or an exclusion can't be read, or a line
  ///   never fires
  public static NextInstants of(Timing timing) {
    return switch (timing) {
      case Timing.Cron cron -> {
        var calendar = cron.calendar();
        var lines = cron.lines().stream().map(line -> CronLine.parse("cron", line)).toList();
        var clock = new WallClock(calendar.zone());
        yield new NextInstants(
            after -> earliest(lines, clock, after), calendar.zone(), calendar.exclude());
      }
      case Timing.Interval interval -> {
        var everyMs = interval.every().toMillis();
        var offsetMs = interval.offset().toMillis();
        yield new NextInstants(
            after -> multiple(everyMs, offsetMs, after),
            interval.calendar().zone(),
            interval.calendar().exclude());
      }
      case Timing.Continuous _ -> new NextInstants(_ -> null, UTC, List.of());
    };
  }

  /// Checks that a definition can run: its lines and exclusions can be read, and it has an instant
  /// ahead.
  ///
  /// @param now the time of the check
  /// @throws InvalidScheduleException naming the field and the remedy
  public static void check(ScheduleSpec spec, Instant now) {
    var instants = of(spec.timing());
    var until = spec.window().until();
    if (until != null && !until.isAfter(now)) {
      throw new InvalidScheduleException(
          "until", "until is " + until + ", which is past; give a later time or leave it out");
    }
    if (spec.timing() instanceof Timing.Continuous) return;
    var from = spec.window().from();
    var start = from == null || from.isBefore(now) ? now : from.minusMillis(1);
    var next = instants.after(start);
    if (next == null) {
      throw new InvalidScheduleException(
          "exclude", "the schedule never fires: exclude leaves out every instant");
    }
    if (until != null && !next.isBefore(until)) {
      throw new InvalidScheduleException(
          "until",
          "the schedule never fires: its first instant is "
              + next
              + ", not before until, "
              + until);
    }
  }

  /// The first instant after this one; null: there is none.
  public @Nullable Instant after(Instant instant) {
    var from = instant;
    for (var left = 0; left < LEFT_OUT_MAX; left++) {
      var next = source.after(from);
      if (next == null || exclusions.isEmpty()) return next;
      var allowed = firstLeftIn(next);
      if (!allowed.isAfter(next)) return next;
      from = allowed.minusNanos(1);
    }
    return null;
  }

  /// The coming instants after this one.
  ///
  /// @param count how many at most
  public List<Instant> after(Instant instant, int count) {
    var list = new ArrayList<Instant>();
    for (var next = after(instant); next != null && list.size() < count; next = after(next)) {
      list.add(next);
    }
    return list;
  }

  /// The zone in which instants are shown.
  public ZoneId zone() {
    return zone;
  }

  private Instant firstLeftIn(Instant instant) {
    var latest = instant;
    for (var exclusion : exclusions) {
      var local = clock.at(instant);
      var allowed = exclusion.firstLeftIn(local);
      if (allowed.equals(local)) continue;
      var moment = clock.moment(allowed);
      // In the hour that comes twice, the end of an exclusion may be in the past of this pass.
      if (!moment.isAfter(instant)) moment = instant.plusMillis(1);
      if (moment.isAfter(latest)) latest = moment;
    }
    return latest;
  }

  private static @Nullable Instant earliest(List<CronLine> lines, WallClock clock, Instant after) {
    Instant first = null;
    for (var line : lines) {
      var next = clock.next(line, after);
      if (next != null && (first == null || next.isBefore(first))) first = next;
    }
    return first;
  }

  private static Instant multiple(long everyMs, long offsetMs, Instant after) {
    var past = Math.floorDiv(after.toEpochMilli() - offsetMs, everyMs);
    return Instant.ofEpochMilli((past + 1) * everyMs + offsetMs);
  }
}
