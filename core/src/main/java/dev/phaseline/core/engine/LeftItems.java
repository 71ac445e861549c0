package dev.phaseline.core.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/// Items that this process can't handle and leaves to others, as those of a version of their
/// pipeline that it does not have. They keep their place, so that nothing of their key overtakes
/// them, until their partition goes to another owner. Owned by the lane.
final class LeftItems {
  private record Left(String reason, long sinceNanos) {}

  private final Map<Slot, Left> left = new LinkedHashMap<>();

  /// The consequence of an attempt that found that the item is for others.
  ///
  /// @param reason the thing that this process does not have
  Aftermath.Step found(Slot slot, String reason, long now) {
    var its = left.computeIfAbsent(slot, _ -> new Left(reason, now));
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

  /// How many items wait, by the thing that they wait for. Those behind them are not counted.
  Map<String, Integer> byReason() {
    if (left.isEmpty()) return Map.of();
    var counts = new TreeMap<String, Integer>();
    for (var one : left.values()) counts.merge(one.reason(), 1, Integer::sum);
    return counts;
  }
}
