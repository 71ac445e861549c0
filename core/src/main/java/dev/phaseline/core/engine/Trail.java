package dev.phaseline.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// History of an item in this phase: its failed attempts, the first and the last ones in full,
/// those between counted. Owned by the lane.
final class Trail {
  /// The first attempts tell most.
  static final int FIRST_KEPT = 3;

  static final int LAST_KEPT = 7;

  private final @Nullable EarlierAttempts earlier;
  private final List<Failure> first = new ArrayList<>(1);
  private final List<Failure> last = new ArrayList<>(0);
  private int omitted;

  /// @param earlier the attempts that the item had before it came to this lane; null for none
  Trail(@Nullable EarlierAttempts earlier) {
    this.earlier = earlier;
  }

  void add(Failure failure) {
    if (last.isEmpty() && omitted == 0 && first.size() < FIRST_KEPT) {
      first.add(failure);
      return;
    }
    if (last.size() == LAST_KEPT) {
      last.removeFirst();
      omitted++;
    }
    last.add(failure);
  }

  /// Takes the latest failures back for as long as they are of this sort: those attempts do not
  /// count.
  ///
  /// @return how many
  int takeBack(Predicate<Failure> which) {
    var count = 0;
    while (!last.isEmpty() && which.test(last.getLast())) {
      last.removeLast();
      count++;
    }
    if (!last.isEmpty() || omitted > 0) return count;
    while (!first.isEmpty() && which.test(first.getLast())) {
      first.removeLast();
      count++;
    }
    return count;
  }

  /// The failed attempts that are kept, in order.
  List<Failure> failures() {
    var all = new ArrayList<>(first);
    all.addAll(last);
    return List.copyOf(all);
  }

  /// Number of attempts left out, after the first [#FIRST_KEPT].
  int omitted() {
    return omitted;
  }

  /// Start of the first attempt that counts.
  ///
  /// @param otherwise when none did
  long firstStartNanos(long otherwise) {
    if (earlier != null) return earlier.firstStartNanos();
    return first.isEmpty() ? otherwise : first.getFirst().startedNanos();
  }
}
