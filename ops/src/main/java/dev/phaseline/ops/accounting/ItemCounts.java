package dev.phaseline.ops.accounting;

import java.util.ArrayList;
import java.util.List;

/// Numbers of a job's items by phase and state. For one thread.
final class ItemCounts {
  private final List<Tally> tallies = new ArrayList<>(2);

  private static final class Tally {
    private final String phase;
    private final WorkState state;
    private long items;

    private Tally(String phase, WorkState state) {
      this.phase = phase;
      this.state = state;
    }
  }

  /// Counts more items; fewer, when the number is negative.
  void add(String phase, WorkState state, long more) {
    for (var i = 0; i < tallies.size(); i++) {
      var tally = tallies.get(i);
      if (tally.state != state || !tally.phase.equals(phase)) continue;
      tally.items += more;
      if (tally.items == 0) tallies.remove(i);
      return;
    }
    var tally = new Tally(phase, state);
    tally.items = more;
    tallies.add(tally);
  }

  /// Number of items in a state.
  long of(WorkState state) {
    var items = 0L;
    for (var tally : tallies) if (tally.state == state) items += tally.items;
    return items;
  }

  /// Number of items that have ended.
  long ended() {
    var items = 0L;
    for (var tally : tallies) if (tally.state.isEnded()) items += tally.items;
    return items;
  }

  List<ItemCount> list() {
    var counts = new ArrayList<ItemCount>();
    for (var tally : tallies) {
      if (tally.items > 0) counts.add(new ItemCount(tally.phase, tally.state, tally.items));
    }
    return counts;
  }

  void write(CompactFormat.Out out) {
    out.number(tallies.size());
    for (var tally : tallies) {
      out.text(tally.phase).number(tally.state.code()).number(tally.items);
    }
  }

  /// Fills an empty one.
  void readFrom(CompactFormat.In in) {
    for (var left = in.small(); left > 0; left--) {
      var tally = new Tally(in.text(), WorkState.of(in.small()));
      tally.items = in.number();
      tallies.add(tally);
    }
  }
}
