package dev.phaseline.ops.tracker;

import dev.phaseline.schemas.RecordRef;
import org.jspecify.annotations.Nullable;

/// Which record of its pipeline it is, as `pl-parent` names it.
///
/// @param kind what sort of record
/// @param phase of its topic; for a timer, the phase where it goes; for an end, the phase that
///   ended it
/// @param partition of its topic; for a timer, of the record that it was made from
/// @param offset in the partition; for a timer, of the record that it was made from; -1: from none
record Spot(Kind kind, String phase, int partition, long offset) {

  /// Sorts of records. The order is the one on disk.
  enum Kind {
    /// In the topic of a phase.
    PHASE(0),
    /// In the timers' topic. Named by the record that it was made from: what comes of the timer
    /// does not know the timer's own place.
    TIMER(1),
    /// In `done`.
    DONE(2),
    /// In `dead`.
    DEAD(3);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    /// As it is stored.
    int code() {
      return code;
    }

    static Kind of(int code) {
      for (var kind : KINDS) if (kind.code == code) return kind;
      throw new IllegalArgumentException("no kind of record: " + code);
    }
  }

  private static final Kind[] KINDS = Kind.values();

  boolean isSameAs(Spot other) {
    return kind == other.kind
        && offset == other.offset
        && partition == other.partition
        && (kind == Kind.DEAD || kind == Kind.DONE || phase.equals(other.phase));
  }

  /// The timer that was made from this.
  Spot asTimer() {
    return new Spot(Kind.TIMER, phase, partition, offset);
  }

  /// The record that `pl-parent` names; null: none.
  static @Nullable Spot of(@Nullable RecordRef ref) {
    if (ref == null) return null;
    var kind = ref.phase().equals("dead") ? Kind.DEAD : Kind.PHASE;
    return new Spot(kind, ref.phase(), ref.partition(), ref.offset());
  }

  void write(TrackerFormat.Out out) {
    out.number(kind.code).text(phase).number(partition).number(offset);
  }

  static Spot read(TrackerFormat.In in) {
    return new Spot(Kind.of(in.small()), in.text(), in.small(), in.number());
  }
}
