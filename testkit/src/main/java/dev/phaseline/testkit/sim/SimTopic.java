package dev.phaseline.testkit.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The input topic: records with gaps between their offsets, where transaction markers and aborted
/// records are. A record is visible when the last stable offset has passed it, so an open
/// transaction upstream holds back everything behind it.
final class SimTopic {
  private final List<List<SimItem>> partitions = new ArrayList<>();
  private final int size;

  SimTopic(Scenario scenario, World world) {
    var shape = scenario.shape();
    for (var p = 0; p < shape.partitions(); p++) partitions.add(new ArrayList<>());
    size = shape.items();
    var poisons = poisons(scenario, world);
    for (var n = 0; n < size; n++) {
      var key = world.below(8) == 0 ? null : (Integer) world.below(shape.keys());
      // the first item is slow and most others share its key: they stay open behind what overtakes
      if (shape.wide()) key = n > 0 && world.below(10) == 0 ? null : (Integer) 0;
      var p = world.below(shape.partitions());
      if (key != null && !shape.roamingKeys()) p = key % shape.partitions();
      partitions.get(p).add(next(scenario, world, p, key, poisons.contains(n)));
    }
  }

  private static Set<Integer> poisons(Scenario scenario, World world) {
    var poisons = new TreeSet<Integer>();
    for (var i = 0; i < scenario.mood().poisons(); i++) {
      poisons.add(world.below(scenario.shape().items()));
    }
    return poisons;
  }

  private SimItem next(
      Scenario scenario, World world, int p, @Nullable Integer key, boolean poison) {
    var shape = scenario.shape();
    var before = partitions.get(p);
    var from = before.isEmpty() ? 0 : before.getLast().offset() + 1;
    var gap = world.below(3) == 0 || shape.wide() ? world.between(0, shape.gapMax()) : 0;
    var arrives = world.between(0, shape.arrivalNanos());
    if (world.below(10) == 0) arrives += world.between(0, shape.arrivalNanos() / 4);
    var visible = Math.max(arrives, before.isEmpty() ? 0 : before.getLast().visibleAt());
    var attempts = scenario.settings().options().retry().attemptsMax();
    return new SimItem(
        p,
        before.size(),
        from + gap,
        key,
        (int) world.between(1, 500),
        world.below(10) == 0 ? 1 + world.below(attempts) : 1,
        poison,
        visible);
  }

  int size() {
    return size;
  }

  int partitions() {
    return partitions.size();
  }

  List<SimItem> of(int partition) {
    return partitions.get(partition);
  }

  /// The place of the first record at or after an offset; the number of records if there is none.
  int placeAt(int partition, long offset) {
    var items = partitions.get(partition);
    var low = 0;
    var high = items.size();
    while (low < high) {
      var middle = (low + high) >>> 1;
      if (items.get(middle).offset() < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
