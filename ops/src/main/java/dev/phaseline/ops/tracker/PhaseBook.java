package dev.phaseline.ops.tracker;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;

/// The counts of one phase in one partition of the tracker. Written by the thread of its task, read
/// by any.
final class PhaseBook {
  static final long AGE_MS = 1_000;

  final String pipeline;
  final String phase;
  final Pulse pulse = new Pulse();

  /// How many wait that came in this second.
  final ConcurrentSkipListMap<Long, Long> ages = new ConcurrentSkipListMap<>();

  volatile long in;
  volatile long waiting;
  volatile long retrying;
  volatile long done;
  volatile long dead;

  /// Seconds whose count of those that wait is not written yet. For the thread of the task alone.
  final Set<Long> changedAges = new HashSet<>();

  /// Whether the counts are not written yet. For the thread of the task alone.
  boolean changed;

  PhaseBook(String pipeline, String phase) {
    this.pipeline = pipeline;
    this.phase = phase;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void arrived(long nowMs, long atMs) {
    in++;
    changed = true;
    pulse.came(nowMs, atMs);
  }

  /// An item came to, or went from, a record of this phase.
  ///
  /// @param enteredMs when it had come
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void count(Spot spot, long enteredMs, int more) {
    changed = true;
    switch (spot.kind()) {
      case PHASE -> {
        waiting += more;
        age(enteredMs / AGE_MS, more);
      }
      case TIMER -> {
        if (spot.offset() >= 0) retrying += more;
      }
      case DONE -> done += more;
      case DEAD -> dead += more;
    }
  }

  private void age(Long second, int more) {
    var left = ages.merge(second, (long) more, Long::sum);
    if (left == 0) ages.remove(second);
    changedAges.add(second);
  }

  byte[] toBytes(Wire.Out out) {
    return out.number(in).number(waiting).number(retrying).number(done).number(dead).take();
  }

  void read(byte[] bytes) {
    var wire = new Wire.In(bytes);
    in = wire.number();
    waiting = wire.number();
    retrying = wire.number();
    done = wire.number();
    dead = wire.number();
  }
}
