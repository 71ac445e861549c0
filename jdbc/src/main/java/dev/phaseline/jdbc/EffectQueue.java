package dev.phaseline.jdbc;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Division of a phase's attempts among transactions. An attempt that finds a free place leads a
/// transaction at once; the others wait, and whoever leads next takes those that wait into one
/// group. So nothing waits to be grouped, and groups grow with the load, as in a database's own
/// group commit.
///
/// While handlers are quick, few transactions run at once, so that those are large; while they are
/// slow, each attempt has its own, so that none waits for another. Thread-safe.
final class EffectQueue {
  /// A group has as many items as are handled in this time, and takes no more of them after it.
  static final long GROUP_NANOS = 5_000_000;

  /// One runs handlers while the other commits.
  private static final int QUICK_LEADERS = 2;

  private static final int QUICK_GROUP = 8;

  /// Handlers that wait for each other's rows look slow, and are quick once they are in one group:
  /// so now and then a group is tried, which ends after its first item if it really is slow.
  private static final int TRY_EVERY = 16;

  private final int leadersMax;
  private final int groupMax;
  private final Pace pace;
  private final ArrayDeque<Work<?>> waiting = new ArrayDeque<>();
  private int leaders;
  private int led;

  EffectQueue(int leadersMax, int groupMax, Pace pace) {
    this.leadersMax = leadersMax;
    this.groupMax = groupMax;
    this.pace = pace;
  }

  /// Takes an attempt in.
  ///
  /// @return the group that it leads; null when it has to wait for a message
  synchronized @Nullable List<Work<?>> enter(Work<?> item) {
    if (leaders < placesNow()) {
      leaders++;
      return groupOf(item);
    }
    waiting.add(item);
    return null;
  }

  /// Ends a transaction: its place goes to the first one that waits.
  synchronized void leave() {
    leaders--;
    while (leaders < placesNow()) {
      var next = waiting.poll();
      if (next == null) return;
      leaders++;
      next.tell(new Work.Message.Lead(groupOf(next)));
    }
  }

  /// Takes an attempt out that waits.
  ///
  /// @return false when it no longer waits: it is in a group, or leads one
  synchronized boolean withdraw(Work<?> item) {
    return waiting.remove(item);
  }

  private int placesNow() {
    var isQuick = pace.fitInto(GROUP_NANOS) >= Math.min(QUICK_GROUP, groupMax + 1);
    return isQuick ? Math.min(QUICK_LEADERS, leadersMax) : leadersMax;
  }

  private List<Work<?>> groupOf(Work<?> leader) {
    var group = new ArrayList<Work<?>>();
    group.add(leader);
    if (leader.isAlone()) return group;
    var fitting = pace.fitInto(GROUP_NANOS);
    if (++led % TRY_EVERY == 0) fitting = Math.max(fitting, QUICK_GROUP);
    var most = Math.min(groupMax, fitting);
    var keys = new HashSet<String>();
    keys.add(leader.key());
    var others = waiting.iterator();
    while (group.size() < most && others.hasNext()) {
      var other = others.next();
      // the same item twice: the second waits for the first one's row
      if (other.isAlone() || !keys.add(other.key())) continue;
      others.remove();
      group.add(other);
    }
    return group;
  }
}
