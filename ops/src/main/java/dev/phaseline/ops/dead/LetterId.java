package dev.phaseline.ops.dead;

import dev.phaseline.schemas.RecordRef;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;

/// Names a dead letter for ever: its place in the topic of dead letters, written `0-1234`.
///
/// @param partition of the topic, from 0
/// @param offset in the partition, from 0
public record LetterId(int partition, long offset) implements Comparable<LetterId> {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})-([0-9]{1,18})");

  public LetterId {
    if (partition < 0) throw new IllegalArgumentException("partition < 0: " + partition);
    if (offset < 0) throw new IllegalArgumentException("offset < 0: " + offset);
  }

  /// Reads `0-1234`; empty when it is something else.
  public static Optional<LetterId> parse(String text) {
    var found = TEXT.matcher(text);
    return found.matches()
        ? Optional.of(
            new LetterId(Integer.parseInt(found.group(1)), Long.parseLong(found.group(2))))
        : Optional.empty();
  }

  /// The letter as the record that a redrive sends names it.
  RecordRef ref() {
    return new RecordRef("dead", partition, offset);
  }

  @Override
  public int compareTo(LetterId other) {
    return Comparator.comparingInt(LetterId::partition)
        .thenComparingLong(LetterId::offset)
        .compare(this, other);
  }

  @Override
  public String toString() {
    return partition + "-" + offset;
  }
}
