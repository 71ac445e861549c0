package dev.phaseline.ops.tracker;

import dev.phaseline.ops.tracker.Spot.Kind;
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

  PhaseBook(String pipeline, String phase) {
    this.pipeline = pipeline;
    this.phase = phase;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void arrived(long nowMs, long atMs) {
    in++;
    pulse.came(nowMs, atMs);
  }

  /// An item came to, or went from, a record of this phase.
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
  void count(Spot spot, int more) {
    switch (spot.kind()) {
      case PHASE -> waiting += more;
      case TIMER -> {
        if (spot.offset() >= 0) retrying += more;
      }
      case DONE -> done += more;
      case DEAD -> dead += more;
    }
  }

  /// Counts those that wait by when they came.
  ///
  /// @return how many wait that came in this second, or -1 when the record is not of a kind that
  ///   waits
  long age(Spot spot, long second, int more) {
    if (spot.kind() != Kind.PHASE) return -1;
    var left = ages.merge(second, (long) more, Long::sum);
    if (left == 0) ages.remove(second);
    return left;
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
