package dev.phaseline.ops.tracker;

/// The counts of one phase in one partition of the tracker. Written by the thread of its task, read
/// by any.
final class PhaseBook {
  final String pipeline;
  final String phase;
  final Pulse pulse = new Pulse();

  /// How many wait that came in this second.
  final Seconds ages = new Seconds();

  volatile long in;
  volatile long waiting;
  volatile long retrying;
  volatile long done;
  volatile long dead;

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
        ages.add(enteredMs, more);
      }
      case TIMER -> {
        if (spot.offset() >= 0) retrying += more;
      }
      case DONE -> done += more;
      case DEAD -> dead += more;
    }
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
