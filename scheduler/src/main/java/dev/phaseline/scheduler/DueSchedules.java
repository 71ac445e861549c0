package dev.phaseline.scheduler;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Times at which schedules are due next, in memory: about a hundred bytes for each schedule, and
/// nothing on disk that would have to be moved with every run. Made anew from the states when a
/// task begins. Owned by the thread of its task.
final class DueSchedules {
  private final Map<String, Due> byId = new HashMap<>();
  private final TreeSet<Due> byTime =
      new TreeSet<>(Comparator.comparing(Due::time).thenComparing(Due::id));

  private record Due(Instant time, String id) {}

  void put(String id, Instant time) {
    remove(id);
    var due = new Due(time, id);
    byId.put(id, due);
    byTime.add(due);
  }

  void remove(String id) {
    var known = byId.remove(id);
    if (known != null) byTime.remove(known);
  }

  /// The time of the first one; null: there is none.
  @Nullable Instant first() {
    return byTime.isEmpty() ? null : byTime.first().time();
  }

  /// Takes the first one out if it is due.
  @Nullable String takeDue(Instant now) {
    if (byTime.isEmpty() || byTime.first().time().isAfter(now)) return null;
    var due = byTime.removeFirst();
    byId.remove(due.id());
    return due.id();
  }
}
