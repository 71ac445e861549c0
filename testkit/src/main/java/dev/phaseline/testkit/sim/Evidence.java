package dev.phaseline.testkit.sim;

import dev.phaseline.core.FailureOptions.Outage;
import dev.phaseline.core.Ordering;
import dev.phaseline.core.PhaseOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Evidence for and against an outage in each lane, from all reports of its handlers. It knows the
/// rule, not the engine's way of applying it: it counts anew each time.
final class Evidence {
  /// The meaning of a failed attempt.
  enum Finding {
    /// An attempt that counts.
    ITEMS_OWN,
    /// An attempt that may count or not.
    OPEN,
    /// An attempt that must not count.
    OUTAGE
  }

  private record Event(long at, Object key, String sort) {}

  /// One lane's.
  private static final class File {
    final List<Event> events = new ArrayList<>(); // successes have an empty sort
    final Set<String> certain = new HashSet<>(); // until something succeeds
    boolean suspected; // at some time there was enough for an outage
  }

  private final Outage rule;
  private final Ordering ordering;
  private final IdentityHashMap<SimLane, File> files = new IdentityHashMap<>();

  Evidence(PhaseOptions options) {
    rule = options.failures().outage();
    ordering = options.ordering();
  }

  private File file(SimLane lane) {
    return files.computeIfAbsent(lane, _ -> new File());
  }

  void succeeded(Tenure.Run run) {
    var file = file(run.course.tenure.lane);
    file.events.add(new Event(0, "", ""));
    file.certain.clear();
  }

  /// Whether attempts of this lane may ever have been spared.
  boolean isSuspected(SimLane lane) {
    return file(lane).suspected;
  }

  /// The meaning of a failure of this sort, recorded now.
  Finding failed(Tenure.Run run, String sort, long now) {
    if (!rule.isOn()) return Finding.ITEMS_OWN;
    var file = file(run.course.tenure.lane);
    file.events.add(new Event(now, keyOf(run.item()), sort));
    if (enough(file.events, sort, now, (int) (rule.keysMin() * rule.successShareMax()))) {
      file.suspected = true;
    }
    if (enough(file.events, sort, now, 0)) file.certain.add(sort);
    // when probes may count after a while, nothing is certain
    var sparing = rule.spareMax().toHours() > 0;
    if (sparing && file.certain.contains(sort)) return Finding.OUTAGE;
    return file.suspected ? Finding.OPEN : Finding.ITEMS_OWN;
  }

  private Object keyOf(SimItem item) {
    var key = item.key();
    return switch (ordering) {
      case KEY -> key == null ? item : key;
      case PARTITION -> item.partition();
      case UNORDERED -> item;
    };
  }

  /// Whether enough keys failed alike lately, with no more successes since the eldest of them.
  private boolean enough(List<Event> events, String sort, long now, int successesMax) {
    Map<Object, Boolean> keys = new HashMap<>();
    var successes = 0;
    for (var event : events.reversed()) {
      if (event.sort().isEmpty()) {
        if (++successes > successesMax) return false;
      } else if (event.sort().equals(sort)) {
        if (now - event.at() > rule.window().toNanos()) return false;
        keys.put(event.key(), true);
        if (keys.size() >= rule.keysMin()) return true;
      }
    }
    return false;
  }
}
