package dev.phaseline.ops.tracker;

import dev.phaseline.ops.tracker.TrackerShare.PhaseCount;
import dev.phaseline.schemas.control.Histogram;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Adds up what the partitions counted of each phase.
final class PhaseSums {
  /// More is not told apart.
  static final Duration DRAIN_MAX = Duration.ofDays(3_650);

  /// Of the counts, the times that follow; those before are added up.
  private static final int MOVED = PhaseCount.COUNTS - 2;

  private static final Duration MILLI = Duration.ofMillis(1);
  private static final Duration MICRO = Duration.of(1, ChronoUnit.MICROS);

  private final String pipeline;
  private final String phase;
  private final long[] counts = new long[PhaseCount.COUNTS];
  private final long[] stays = new long[Histogram.BUCKETS];
  private final Map<String, Long> from = new TreeMap<>();
  private long oldestSecond = Long.MAX_VALUE;

  private PhaseSums(String pipeline, String phase) {
    this.pipeline = pipeline;
    this.phase = phase;
  }

  /// @param workers say what topics don't
  static List<PhaseView> views(Collection<PhaseCount> all, InFlight workers, long nowMs) {
    var sums = new TreeMap<String, PhaseSums>();
    for (var one : all) {
      if (one.phase().isEmpty()) continue; // of letters that do not say which phase gave up
      var name = one.pipeline() + '\0' + one.phase();
      sums.computeIfAbsent(name, _ -> new PhaseSums(one.pipeline(), one.phase())).add(one);
    }
    return sums.values().stream().map(sum -> sum.view(workers, nowMs)).toList();
  }

  private void add(PhaseCount one) {
    var last = PhaseCount.COUNTS - 1;
    for (var i = 0; i < MOVED; i++) counts[i] += one.counts()[i];
    counts[MOVED] = Math.max(counts[MOVED], one.counts()[MOVED]);
    for (var i = 0; i < stays.length; i++) stays[i] += one.stays()[i];
    one.from().forEach((phase, records) -> from.merge(phase, records, Long::sum));
    if (one.counts()[last] >= 0) oldestSecond = Math.min(oldestSecond, one.counts()[last]);
  }

  private PhaseView view(InFlight workers, long nowMs) {
    var times = workers.times(pipeline, phase);
    var waiting = counts[1];
    var inRate = (double) counts[5] / LastMinute.SECONDS;
    var outRate = (double) counts[6] / LastMinute.SECONDS;
    return new PhaseView(
        pipeline,
        phase,
        counts[0],
        waiting,
        counts[2],
        counts[3],
        counts[4],
        inRate,
        outRate,
        percentiles(Histogram.of(stays), MILLI),
        percentiles(times.waiting(), MICRO),
        percentiles(times.service(), MICRO),
        oldestSecond == Long.MAX_VALUE
            ? null
            : Duration.ofMillis(Math.max(0, nowMs - oldestSecond * PerSecondCounts.MS)),
        toDrain(waiting, inRate, outRate),
        from,
        queue(nowMs));
  }

  private PhaseView.@Nullable Queue queue(long nowMs) {
    if (counts[MOVED] == 0) return null;
    return new PhaseView.Queue(
        counts[MOVED - 1], Duration.ofMillis(Math.max(0, nowMs - counts[MOVED])));
  }

  /// At the speed of the last minute, with what comes in meanwhile.
  private static @Nullable Duration toDrain(long waiting, double inRate, double outRate) {
    if (waiting == 0) return Duration.ZERO;
    var speed = outRate - inRate;
    // A phase that keeps up always has some that it works on.
    if (speed <= 0) return outRate > 0 && waiting <= outRate ? seconds(waiting / outRate) : null;
    return seconds(waiting / speed);
  }

  static Duration seconds(double seconds) {
    var capped = Math.min(seconds, (double) DRAIN_MAX.toSeconds());
    return Duration.ofMillis(Math.round(capped * 1_000));
  }

  private static PhaseView.@Nullable Percentiles percentiles(Histogram of, Duration unit) {
    var p50 = of.atMost(0.5);
    var p99 = of.atMost(0.99);
    if (p50.isEmpty() || p99.isEmpty()) return null;
    return new PhaseView.Percentiles(
        unit.multipliedBy(p50.getAsLong()), unit.multipliedBy(p99.getAsLong()));
  }
}
