package dev.phaseline.worker;

import dev.phaseline.core.engine.LaneStats.Quarantined;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// Text of a phase's condition while partitions are in poison-pill quarantine: why they are slower
/// than usual, and how much of it is left. Any thread.
final class QuarantineWords {
  private QuarantineWords() {}

  /// The words; empty when none is in quarantine.
  ///
  /// @param partitions those that are
  static String of(List<Quarantined> partitions, Instant now) {
    if (partitions.isEmpty()) return "";
    var left = partitions.stream().mapToLong(Quarantined::left).sum();
    var all = partitions.stream().mapToLong(Quarantined::of).sum();
    var longest = partitions.stream().mapToLong(Quarantined::nanos).max().orElse(0);
    var deaths = partitions.stream().mapToInt(Quarantined::deaths).max().orElse(0);
    return String.format(
        Locale.ROOT,
        "quarantine: %s, %,d of %,d suspected items left, since %s, after %d deaths of their worker"
            + " in a row: they run a part at a time%s",
        named(partitions),
        left,
        all,
        now.minus(Duration.ofNanos(longest)).truncatedTo(ChronoUnit.SECONDS),
        deaths,
        partitions.stream().anyMatch(Quarantined::alone) ? ", one of them alone now" : "");
  }

  private static String named(List<Quarantined> partitions) {
    var first =
        partitions.stream().min(Comparator.comparingInt(Quarantined::partition)).orElseThrow();
    var more = partitions.size() - 1;
    return "partition " + first.partition() + (more > 0 ? " and " + more + " more" : "");
  }
}
