package dev.phaseline.core.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Items that this process can't handle and leaves to others, as those of a version of their
/// pipeline that it does not have. They keep their place, so that nothing of their key overtakes
/// them, until their partition goes to another owner. Owned by the lane.
final class LeftItems {
  private record Left(int version, String reason, long sinceNanos) {}

  private final Map<Slot, Left> left = new LinkedHashMap<>();

  /// The consequence of an attempt that found that the item is for others.
  ///
  /// @param version the version that this process does not have
  /// @param reason that version in words
  Aftermath.Step found(Slot slot, int version, String reason, long now) {
    var its = left.computeIfAbsent(slot, _ -> new Left(version, reason, now));
    return switch (RetryRules.leftToOthers(Duration.ofNanos(now - its.sinceNanos()), reason)) {
      case RetryRules.Next.Again(var delay, _) -> new Aftermath.Step.Wait(Nanos.of(delay));
      case RetryRules.Next.Bury(var kind, var why) -> new Aftermath.Step.Bury(kind, why);
      case RetryRules.Next.Suspend(var delay) -> new Aftermath.Step.Wait(Nanos.of(delay));
    };
  }

  /// The item is through, or not the lane's any more.
  void forget(Slot slot) {
    if (!left.isEmpty()) left.remove(slot);
  }

  /// Items that wait, by the version that they wait for. Those behind them are not counted.
  List<LaneStats.Left> byVersion() {
    if (left.isEmpty()) return List.of();
    var all = new TreeMap<Integer, LaneStats.Left>();
    for (var one : left.values()) {
      var itself = new LaneStats.Left(one.version(), one.reason(), 1);
      all.merge(one.version(), itself, LeftItems::together);
    }
    return List.copyOf(all.values());
  }

  private static LaneStats.Left together(LaneStats.Left some, LaneStats.Left more) {
    return new LaneStats.Left(some.version(), some.reason(), some.items() + more.items());
  }
}
