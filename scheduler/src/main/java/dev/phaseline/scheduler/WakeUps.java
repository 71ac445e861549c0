package dev.phaseline.scheduler;

import java.util.TreeSet;

/// Wake-up times of a task. Kafka Streams keeps a wake-up that was cancelled until its time comes,
/// so none is cancelled: those that are there are used, and one is added only when it is earlier
/// than all of them. Owned by the thread of its task.
final class WakeUps {
  private final TreeSet<Long> times = new TreeSet<>();

  /// Whether a wake-up is missing for this time; if so, it is now expected to be made.
  boolean missing(long timeMs) {
    if (!times.isEmpty() && times.first() <= timeMs) return false;
    return times.add(timeMs);
  }

  /// One of them has come.
  void came(long timeMs) {
    times.remove(timeMs);
  }
}
