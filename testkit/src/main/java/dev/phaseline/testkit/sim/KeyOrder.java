package dev.phaseline.testkit.sim;

import dev.phaseline.core.Ordering;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Items that must not overlap do not, and start in offset order: one of them only starts when all
/// before it that its owner had to handle are through, or have given up their place as the policy
/// says.
final class KeyOrder implements Guarantee {
  private final Ordering ordering;
  private final long leaveLaneAfter;
  private final IdentityHashMap<Tenure, Map<Object, Deque<Tenure.Course>>> lines =
      new IdentityHashMap<>();

  private final Set<Tenure> leaving = Collections.newSetFromMap(new IdentityHashMap<>());

  KeyOrder(Scenario scenario) {
    ordering = scenario.settings().options().ordering();
    leaveLaneAfter = scenario.settings().options().failures().leaveLaneAfter().toNanos();
  }

  @Override
  public String name() {
    return "key-order";
  }

  private @Nullable Object line(SimItem item) {
    return switch (ordering) {
      case UNORDERED -> null;
      case PARTITION -> item.partition();
      case KEY -> item.key();
    };
  }

  @Override
  public void delivered(Tenure.Course course) {
    var line = line(course.item);
    if (line == null) return;
    lines
        .computeIfAbsent(course.tenure, _ -> new HashMap<>())
        .computeIfAbsent(line, _ -> new ArrayDeque<>())
        .addLast(course);
  }

  @Override
  public void revoking(SimLane lane, Collection<Tenure> tenures) {
    leaving.addAll(tenures);
  }

  @Override
  public void revoked(SimLane lane, Collection<Tenure> tenures) {
    leaving.removeAll(tenures);
  }

  /// Only what has no order, or has lost it, may be brought back by somebody else; and after a
  /// short wait only because its partition goes.
  @Override
  public void deferred(Tenure.Course course, long delayNanos) {
    var mustWaitHere = delayNanos < leaveLaneAfter && !leaving.contains(course.tenure);
    if (mustWaitHere) throw broken(course + " leaves its lane for a short wait");
    if (line(course.item) != null && !course.overtakable) {
      throw broken(course + " leaves its lane, but is to keep its order");
    }
  }

  @Override
  public void started(Tenure.Run run) {
    var line = line(run.item());
    if (line == null) return;
    var waiting = lines.getOrDefault(run.course.tenure, Map.of()).get(line);
    while (waiting != null && !waiting.isEmpty() && waiting.getFirst().done) waiting.removeFirst();
    if (waiting == null || waiting.isEmpty()) throw broken(run + " starts out of turn");
    for (var before : waiting) {
      if (before == run.course || run.course.overtakable) break;
      if (!before.done && !before.overtakable) {
        throw broken(run + " starts before " + before + " is through");
      }
    }
    for (var other : run.course.tenure.lane.handlers().running()) {
      if (!other.abandoned && line.equals(line(other.item()))) {
        throw broken(run + " starts while " + other + " runs");
      }
    }
  }
}
