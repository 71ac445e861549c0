package dev.phaseline.worker.item;

import dev.phaseline.core.engine.Attempt;
import dev.phaseline.worker.interleaving.Interleavings;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What must hold of handlers, whatever the interleaving: the judge of [HandOverStage]. It is told
/// of events one at a time.
final class HandOverRules {
  /// What is known of an item.
  private static final class Course {
    final String item;
    final Set<Attempt> begun = new HashSet<>();
    final Set<Attempt> running = new HashSet<>();
    @Nullable Attempt well; // the one that ended it
    boolean dead;
    int published;

    Course(String item) {
      this.item = item;
    }

    /// Whether another handler is in it whose result is wanted.
    boolean isRunning(Attempt beside) {
      return running.stream().anyMatch(one -> one != beside && !one.abandoned());
    }

    /// Whether it has ended, and its result counts.
    boolean isOver() {
      return dead || (well != null && !well.abandoned());
    }

    /// Whether those behind it may begin. If its result does not count after all, it begins again,
    /// and none of them may have begun.
    boolean hasEnded() {
      return dead || well != null || published > 0;
    }
  }

  private final Interleavings world;
  private final Map<String, Course> courses = new LinkedHashMap<>();
  private final Set<Integer> gone = new HashSet<>();
  private boolean closing;
  private boolean closed;

  HandOverRules(Interleavings world) {
    this.world = world;
  }

  private static int partition(String item) {
    return item.charAt(2) - '0';
  }

  private Course course(String item) {
    var course = courses.get(item);
    if (course == null) throw new IllegalStateException(item);
    return course;
  }

  void knows(String item) {
    courses.put(item, new Course(item));
  }

  void begins(String item, Attempt attempt, boolean interrupted) {
    var mine = course(item);
    if (interrupted && !attempt.cancelled() && !attempt.abandoned() && !closing) {
      world.fail(item + " begins with an interrupt that is not its own");
    }
    if (closed && !interrupted) world.fail(item + " begins in a pool that is closed");
    if (!mine.begun.add(attempt)) world.fail(item + " begins twice in one attempt");
    mine.running.add(attempt);
    if (attempt.abandoned()) return; // it was given up while it was about to begin, and told so
    if (gone.contains(partition(item))) world.fail(item + " begins, but its partition has gone");
    if (mine.isOver()) world.fail(item + " begins again, but is over");
    var isBehind = true;
    for (var other : courses.values()) {
      if (other.item.charAt(1) != item.charAt(1)) continue;
      if (other.isRunning(attempt)) world.fail(item + " begins while " + other.item + " runs");
      if (other == mine) isBehind = false;
      else if (partition(other.item) == partition(item)) inOrder(mine, other, isBehind);
    }
  }

  private void inOrder(Course mine, Course other, boolean isBehind) {
    if (!isBehind && !other.begun.isEmpty()) {
      world.fail(mine.item + " begins, but " + other.item + " has begun before it");
    }
    if (isBehind && !other.hasEnded()) {
      world.fail(mine.item + " begins, but " + other.item + " is not over");
    }
  }

  void ends(String item, Attempt attempt, boolean well, boolean interrupted) {
    var mine = course(item);
    mine.running.remove(attempt);
    if (well && !attempt.abandoned()) mine.well = attempt;
    if (interrupted && !attempt.cancelled() && !attempt.abandoned() && !closing) {
      world.fail(item + " has an interrupt that is not its own");
    }
  }

  void died(String item) {
    course(item).dead = true;
  }

  void published(String item) {
    course(item).published++;
  }

  void gone(int partition) {
    gone.add(partition);
  }

  void closes() {
    closing = true;
  }

  void closed() {
    closed = true;
  }

  void ended(List<String> items, Set<Integer> owned, Set<String> cancelled) {
    for (var item : items) {
      var mine = course(item);
      if (!mine.running.isEmpty()) world.fail(item + " still runs");
      if (mine.published > 1) world.fail(item + " is published " + mine.published + " times");
      if (owned.contains(partition(item)) && mine.published == 0) {
        world.fail(item + " is forgotten");
      }
      var begins = mine.begun.isEmpty();
      if (begins && mine.published > 0 && !cancelled.contains(item)) {
        world.fail(item + " is published, but has never run");
      }
    }
  }
}
