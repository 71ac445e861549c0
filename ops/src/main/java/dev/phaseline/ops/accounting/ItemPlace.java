package dev.phaseline.ops.accounting;

import dev.phaseline.schemas.PartitionOffset;
import dev.phaseline.schemas.RecordRef;
import org.jspecify.annotations.Nullable;

/// The place of an item: one of the records of its pipeline that hold it. More than a [RecordRef],
/// which names records of phases and ends only: a timer has no name of its own in `pl-parent`, and
/// the phase of an end is the one that ended the item. Immutable.
///
/// @param kind sort of the record
/// @param phase of its topic; for a timer, the phase where it goes; for an end, the phase that
///   ended it
/// @param partition of its topic; for a timer, of the record that it was made from
/// @param offset in the partition; for a timer, of the record that it was made from; -1: from none
public record ItemPlace(Kind kind, String phase, int partition, long offset) {

  /// Sorts of records. The order is the one on disk.
  public enum Kind {
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
    public int code() {
      return code;
    }

    public static Kind of(int code) {
      for (var kind : KINDS) if (kind.code == code) return kind;
      throw new IllegalArgumentException("no kind of record: " + code);
    }
  }

  private static final Kind[] KINDS = Kind.values();

  public boolean isSameAs(ItemPlace other) {
    return kind == other.kind
        && offset == other.offset
        && partition == other.partition
        && (kind == Kind.DEAD || kind == Kind.DONE || phase.equals(other.phase));
  }

  /// The dead letter of this place in its topic; the phase that ended it is not known.
  public static ItemPlace ofLetter(PartitionOffset letter) {
    return new ItemPlace(Kind.DEAD, "dead", letter.partition(), letter.offset());
  }

  /// The timer that was made from this.
  public ItemPlace asTimer() {
    return new ItemPlace(Kind.TIMER, phase, partition, offset);
  }

  /// The record that `pl-parent` names; null: none.
  public static @Nullable ItemPlace of(@Nullable RecordRef ref) {
    if (ref == null) return null;
    var kind = ref.phase().equals("dead") ? Kind.DEAD : Kind.PHASE;
    return new ItemPlace(kind, ref.phase(), ref.partition(), ref.offset());
  }

  void write(CompactFormat.Out out) {
    out.number(kind.code).text(phase).number(partition).number(offset);
  }

  static ItemPlace read(CompactFormat.In in) {
    return new ItemPlace(Kind.of(in.small()), in.text(), in.small(), in.number());
  }
}
