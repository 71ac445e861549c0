package dev.phaseline.schemas;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/// The place of a record in a topic that is known from elsewhere, `partition-offset` as text. It is
/// the id of a dead letter, in the keys of `<ns>.<pipeline>.dead-actions` and for operators, so the
/// text is part of the wire's format. Ordered by partition, then offset. Immutable.
///
/// @param partition of the topic, from 0
/// @param offset in the partition, from 0
public record PartitionOffset(int partition, long offset) implements Comparable<PartitionOffset> {
  private static final char SEPARATOR = '-';

  public PartitionOffset {
    if (partition < 0) throw new IllegalArgumentException("partition < 0: " + partition);
    if (offset < 0) throw new IllegalArgumentException("offset < 0: " + offset);
  }

  /// The place that this text holds; null when it holds none.
  public static @Nullable PartitionOffset parse(String text) {
    var dash = text.indexOf(SEPARATOR);
    if (dash < 0) return null;
    var partition = Numbers.read(text, 0, dash, Integer.MAX_VALUE);
    var offset = Numbers.read(text, dash + 1, text.length(), Long.MAX_VALUE);
    if (partition < 0 || offset < 0) return null;
    return new PartitionOffset((int) partition, offset);
  }

  @Override
  public int compareTo(PartitionOffset other) {
    return Comparator.comparingInt(PartitionOffset::partition)
        .thenComparingLong(PartitionOffset::offset)
        .compare(this, other);
  }

  /// `partition-offset`; [#parse] reads it.
  @Override
  public String toString() {
    return "" + partition + SEPARATOR + offset;
  }
}
