package dev.phaseline.core.engine;

import dev.phaseline.core.engine.Quarantine.Trial;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Failed trials of the poison-pill quarantine: those during which earlier owners of a partition
/// died, each with the rest that is still to be run. Owned by the lane.
final class NarrowedTrials {
  private List<Trial> trials;
  private final int[] open = new int[Quarantine.NARROWED_MAX];

  NarrowedTrials(List<Trial> trials) {
    this.trials = trials;
  }

  void delivered(long offset) {
    var at = at(offset);
    if (at >= 0) open[at]++;
  }

  void completed(long offset) {
    var at = at(offset);
    if (at >= 0) open[at]--;
  }

  private int at(long offset) {
    for (var i = 0; i < trials.size(); i++) if (trials.get(i).contains(offset)) return i;
    return -1;
  }

  /// The one that an offset belongs to; null when it belongs to none.
  @Nullable Trial of(long offset) {
    var at = at(offset);
    return at < 0 ? null : trials.get(at);
  }

  /// Offset at which the next one begins.
  ///
  /// @param otherwise what is said when there is none
  long nextAfter(long offset, long otherwise) {
    for (var trial : trials) if (trial.from() > offset) return Math.min(trial.from(), otherwise);
    return otherwise;
  }

  /// The trials that are not over.
  ///
  /// @param position where delivery stands
  List<Trial> left(long position) {
    if (trials.isEmpty()) return trials;
    var left = new ArrayList<Trial>();
    for (var i = 0; i < trials.size(); i++) {
      if (open[i] > 0 || position < trials.get(i).until()) left.add(trials.get(i));
    }
    return left;
  }

  void forget() {
    trials = List.of();
  }
}
