package dev.phaseline.ops.tracker;

import dev.phaseline.ops.tracker.Share.PhaseCount;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Adds up what the partitions counted of each phase.
final class PhaseSums {
  private static final Duration DRAIN_MAX = Duration.ofDays(3_650);

  private final String pipeline;
  private final String phase;
  private final long[] counts = new long[PhaseCount.COUNTS];
  private final long[] stays = new long[Pulse.BUCKETS];
  private long oldestSecond = Long.MAX_VALUE;

  private PhaseSums(String pipeline, String phase) {
    this.pipeline = pipeline;
    this.phase = phase;
  }

  static List<PhaseView> views(Collection<PhaseCount> all, long nowMs) {
    var sums = new TreeMap<String, PhaseSums>();
    for (var one : all) {
      if (one.phase().isEmpty()) continue; // of letters that do not say which phase gave up
      var name = one.pipeline() + '\0' + one.phase();
      sums.computeIfAbsent(name, _ -> new PhaseSums(one.pipeline(), one.phase())).add(one);
    }
    return sums.values().stream().map(sum -> sum.view(nowMs)).toList();
  }

  private void add(PhaseCount one) {
    var last = PhaseCount.COUNTS - 1;
    for (var i = 0; i < last; i++) counts[i] += one.counts()[i];
    for (var i = 0; i < stays.length; i++) stays[i] += one.stays()[i];
    if (one.counts()[last] >= 0) oldestSecond = Math.min(oldestSecond, one.counts()[last]);
  }

  private PhaseView view(long nowMs) {
    var waiting = counts[1];
    var inRate = (double) counts[5] / Pulse.SECONDS;
    var outRate = (double) counts[6] / Pulse.SECONDS;
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
        stay(),
        oldestSecond == Long.MAX_VALUE
            ? null
            : Duration.ofMillis(Math.max(0, nowMs - oldestSecond * Seconds.MS)),
        toDrain(waiting, inRate, outRate));
  }

  /// At the speed of the last minute, with what comes in meanwhile.
  private static @Nullable Duration toDrain(long waiting, double inRate, double outRate) {
    if (waiting == 0) return Duration.ZERO;
    var speed = outRate - inRate;
    // A phase that keeps up always has some that it works on.
    if (speed <= 0) return outRate > 0 && waiting <= outRate ? seconds(waiting / outRate) : null;
    return seconds(waiting / speed);
  }

  private static Duration seconds(double seconds) {
    var capped = Math.min(seconds, (double) DRAIN_MAX.toSeconds());
    return Duration.ofMillis(Math.round(capped * 1_000));
  }

  private PhaseView.@Nullable Stay stay() {
    var total = 0L;
    for (var count : stays) total += count;
    if (total == 0) return null;
    return new PhaseView.Stay(atMost(total, 0.5), atMost(total, 0.99));
  }

  private Duration atMost(long total, double part) {
    var wanted = (long) Math.ceil(total * part);
    var seen = 0L;
    for (var i = 0; i < stays.length; i++) {
      seen += stays[i];
      if (seen >= wanted) return Duration.ofMillis(Pulse.upperMs(i));
    }
    throw new IllegalStateException("the parts are less than their sum " + total);
  }
}
