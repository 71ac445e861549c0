package dev.phaseline.ops.console;

import dev.phaseline.ops.schedule.ScheduleTrouble;
import dev.phaseline.ops.schedule.ScheduleView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Troubles of schedules, for the overview. Pure.
final class ScheduleDiagnosis {
  /// A cause that many schedules share is seen in a few of them.
  private static final int SHOWN_MAX = 5;

  private static final String PAGE = "#/schedules";

  private ScheduleDiagnosis() {}

  /// The first troubles, and the number of the others.
  static List<Trouble> of(List<ScheduleView> schedules, boolean served, Instant now) {
    var all =
        schedules.stream().flatMap(view -> ScheduleTrouble.of(view, served, now).stream()).toList();
    var found = new ArrayList<Trouble>();
    for (var one : all.subList(0, Math.min(SHOWN_MAX, all.size()))) {
      var severity = one.urgent() ? Trouble.Severity.BAD : Trouble.Severity.WARN;
      found.add(new Trouble(severity, one.what(), one.remedy(), PAGE));
    }
    var more = all.size() - SHOWN_MAX;
    if (more > 0) {
      var title = String.format(Locale.ROOT, "%,d more troubles of schedules", more);
      found.add(new Trouble(Trouble.Severity.BAD, title, "The page of schedules has each.", PAGE));
    }
    return found;
  }

  /// Whether a schedule waits for a scheduler.
  static boolean isAnyActive(List<ScheduleView> schedules) {
    return schedules.stream()
        .anyMatch(one -> !one.record().run().paused() && !one.state().equals("finished"));
  }
}
