package dev.phaseline.ops.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Condition of one schedule that needs an operator. Immutable.
///
/// @param what in one line, with the schedule's id
/// @param remedy what to do about it
/// @param urgent whether runs are missed because of it
public record ScheduleTrouble(String what, String remedy, boolean urgent) {
  /// A scheduler takes in a change within a second.
  private static final Duration TAKEN_IN_MAX = Duration.ofSeconds(15);

  /// Troubles of a schedule.
  ///
  /// @param served whether a scheduler runs
  public static List<ScheduleTrouble> of(ScheduleView view, boolean served, Instant now) {
    var found = new ArrayList<ScheduleTrouble>();
    var id = "Schedule " + view.id();
    if (view.record().run().paused()) return found;
    if (view.state().equals("failed")) {
      var failures = view.status() == null ? 0 : view.status().counts().failures();
      found.add(
          new ScheduleTrouble(
              "%s paused itself after %,d failed runs in a row".formatted(id, failures),
              "Read why its last job died, then resume it: phaseline schedule resume " + view.id(),
              true));
    }
    if (view.state().equals("finished")) return found;
    view.invalid(now)
        .ifPresent(
            why ->
                found.add(
                    new ScheduleTrouble(
                        id + " never fires: " + why,
                        "Put a definition that does, or remove it: phaseline schedule rm "
                            + view.id(),
                        true)));
    var status = view.status();
    if (status != null && status.trouble() != null) {
      found.add(
          new ScheduleTrouble(
              id + ": " + status.trouble(), "It goes on by itself when that is over.", true));
    }
    if (!served) return found; // said once, for all
    var changed = view.record().change().at();
    if (!view.isCurrent() && changed.plus(TAKEN_IN_MAX).isBefore(now)) {
      found.add(
          new ScheduleTrouble(
              id + " is not taken in by the scheduler since " + changed,
              "Look at the scheduler's log; it may be of an older version, or its partition stands"
                  + " still.",
              true));
    }
    return found;
  }
}
