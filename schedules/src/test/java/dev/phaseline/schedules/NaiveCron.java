package dev.phaseline.schedules;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Model of a cron line that looks at every minute. An empty set of values is `*`.
record NaiveCron(
    Set<Integer> minutes,
    Set<Integer> hours,
    Set<Integer> days,
    Set<Integer> months,
    Set<Integer> weekdays) {

  String line() {
    return List.of(minutes, hours, days, months, weekdays).stream()
        .map(NaiveCron::field)
        .collect(Collectors.joining(" "));
  }

  private static String field(Set<Integer> values) {
    if (values.isEmpty()) return "*";
    return new TreeSet<>(values).stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /// All instants from `start` (excluded) to `end` (excluded).
  List<Instant> between(Instant start, Instant end, ZoneId zone) {
    var found = new ArrayList<Instant>();
    var rules = zone.getRules();
    var minute = Instant.ofEpochSecond(Math.floorDiv(start.getEpochSecond(), 60) * 60);
    var before = LocalDateTime.ofInstant(minute, zone);
    while (true) {
      minute = minute.plusSeconds(60);
      if (!minute.isBefore(end)) return found;
      var wall = LocalDateTime.ofInstant(minute, zone);
      var fires = false;
      if (hours.isEmpty()) {
        fires = matches(wall);
      } else {
        var isSecondPass =
            rules.getValidOffsets(wall).size() == 2
                && rules.getOffset(minute).equals(rules.getValidOffsets(wall).get(1));
        fires = matches(wall) && !isSecondPass;
        for (var skipped = before.plusMinutes(1); skipped.isBefore(wall); ) {
          fires |= matches(skipped);
          skipped = skipped.plusMinutes(1);
        }
      }
      if (fires && minute.isAfter(start)) found.add(minute);
      before = wall;
    }
  }

  private boolean matches(LocalDateTime wall) {
    var day = days.contains(wall.getDayOfMonth());
    var weekday = weekdays.contains(wall.getDayOfWeek().getValue() % 7);
    var rightDay =
        days.isEmpty() ? weekdays.isEmpty() || weekday : weekdays.isEmpty() ? day : day || weekday;
    return rightDay
        && (minutes.isEmpty() || minutes.contains(wall.getMinute()))
        && (hours.isEmpty() || hours.contains(wall.getHour()))
        && (months.isEmpty() || months.contains(wall.getMonthValue()));
  }
}
