package dev.phaseline.worker;

import dev.phaseline.core.engine.LaneStats;
import dev.phaseline.worker.control.StandingOrders;
import dev.phaseline.worker.lane.LaneThread;
import dev.phaseline.worker.telemetry.LaneTotals;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Builder of a phase's status from the state of its lanes.
final class PhaseStatusBuilder {
  private PhaseStatusBuilder() {}

  /// Status of a phase now.
  ///
  /// @param lanes its lanes in this worker, at least one
  static PhaseStatus of(List<LaneThread> lanes) {
    var totals = LaneTotals.NONE;
    var permits = 0;
    var partitions = 0;
    var held = 0;
    var running = 0;
    var backingOff = 0;
    var hung = 0;
    // read once: what it says and why must be of the same moment
    var orders = StandingOrders.ofAll(lanes.stream().map(LaneThread::orders).toList());
    var condition = "";
    var stopped = new HashMap<Integer, String>();
    var quarantined = new ArrayList<LaneStats.Quarantined>();
    var left = new TreeMap<String, Integer>();
    for (var lane : lanes) {
      totals = totals.plus(lane.report().totals());
      permits += lane.permits();
      running += lane.running();
      hung += lane.hung();
      stopped.putAll(lane.report().unreadable());
      var trouble = lane.trouble(); // asked once: it may be over at the next look
      if (!trouble.isEmpty()) condition = trouble;
      if (condition.isEmpty()) condition = orders.because();
      var stats = lane.report().stats();
      if (stats == null) continue;
      partitions += stats.assigned().size();
      held += stats.held();
      backingOff += stats.backingOff();
      stopped.putAll(stats.stopped());
      quarantined.addAll(stats.quarantined());
      for (var one : stats.left()) left.merge(one.reason(), one.items(), Integer::sum);
      if (condition.isEmpty() && !stats.suspendedBecause().isEmpty()) {
        condition = suspended(stats);
      }
    }
    if (condition.isEmpty() && !stopped.isEmpty()) condition = stopped(stopped);
    if (condition.isEmpty() && !left.isEmpty())
      condition = left(left, lanes.getFirst().turns().remedy());
    if (condition.isEmpty()) condition = QuarantineWords.of(quarantined, Instant.now());
    if (condition.isEmpty()) condition = lanes.getFirst().keyOrder(); // of all of them
    var placement = lanes.getFirst().placement();
    return new PhaseStatus(
        placement.pipeline().name(),
        placement.phase(),
        orders.run(),
        permits,
        lanes.getFirst().findsPermits(),
        partitions,
        held,
        running,
        backingOff,
        totals.fetched(),
        totals.completed(),
        totals.dead(),
        totals.retries(),
        totals.timedOut(),
        totals.fenced(),
        totals.spared(),
        totals.deferred(),
        hung,
        totals.commits(),
        totals.aborts(),
        condition,
        stopped);
  }

  private static String suspended(LaneStats stats) {
    if (stats.suspendedNanos() == 0) {
      return "suspended, a probe is under way: " + stats.suspendedBecause();
    }
    var until = Instant.now().plusNanos(stats.suspendedNanos()).truncatedTo(ChronoUnit.SECONDS);
    return "suspended until " + until + ": " + stats.suspendedBecause();
  }

  /// Text about items that wait for another worker.
  ///
  /// @param byReason at least one, by the thing that this one does not have
  /// @param remedy the next step
  static String left(SortedMap<String, Integer> byReason, String remedy) {
    var first = byReason.firstKey();
    var count = byReason.values().stream().mapToInt(Integer::intValue).sum();
    return count
        + (count == 1 ? " item waits for " : " items wait for ")
        + first
        + others(byReason.size() - 1)
        + ": "
        + remedy;
  }

  private static String others(int count) {
    return switch (count) {
      case 0 -> "";
      case 1 -> ", and for 1 other";
      default -> ", and for " + count + " others";
    };
  }

  /// Text about stopped partitions.
  ///
  /// @param partitions at least one, and why
  static String stopped(Map<Integer, String> partitions) {
    var first = new TreeMap<>(partitions).firstEntry();
    return partitions.size() == 1
        ? "partition " + first.getKey() + " is stopped: " + first.getValue()
        : partitions.size()
            + " partitions are stopped, the first is "
            + first.getKey()
            + ": "
            + first.getValue();
  }
}
