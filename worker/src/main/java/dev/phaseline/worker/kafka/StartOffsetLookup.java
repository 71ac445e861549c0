package dev.phaseline.worker.kafka;

import dev.phaseline.schemas.control.Heartbeat;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// A read of the offsets at which partitions start, while it lasts: it waits for transactions that
/// move them.
///
/// Immutable, for any thread.
///
/// @param partitions which ones
/// @param sinceNanos when it began
record StartOffsetLookup(List<Integer> partitions, long sinceNanos) {
  private static final int NAMED_MAX = 8;
  private static final Duration START_QUIETLY = Duration.ofSeconds(5);

  /// The reason why it lasts, in words; empty while that is no news.
  String words() {
    var nanos = System.nanoTime() - sinceNanos;
    if (nanos < START_QUIETLY.toNanos()) return "";
    var named = partitions.stream().sorted().limit(NAMED_MAX).map(String::valueOf);
    var unnamed = partitions.size() - NAMED_MAX;
    return "the offsets of partitions "
        + named.collect(Collectors.joining(", "))
        + (unnamed > 0 ? " and " + unnamed + " more" : "")
        + " could not be read for "
        + TimeUnit.NANOSECONDS.toSeconds(nanos)
        + " s: as a rule a transaction that moves them has not ended; "
        + Heartbeat.SEE_TRANSACTIONS;
  }
}
