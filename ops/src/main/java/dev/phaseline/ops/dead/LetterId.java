package dev.phaseline.ops.dead;

import dev.phaseline.schemas.PartitionOffset;
import dev.phaseline.schemas.RecordRef;
import java.util.Optional;

/// The id of a dead letter: its place in its pipeline's topic of dead letters, `0-1234` as text
/// ([PartitionOffset]). It is the same for as long as the topic exists. Immutable.
///
/// @param partition of the topic, from 0
/// @param offset in the partition, from 0
public record LetterId(int partition, long offset) implements Comparable<LetterId> {
  public LetterId {
    if (partition < 0) throw new IllegalArgumentException("partition < 0: " + partition);
    if (offset < 0) throw new IllegalArgumentException("offset < 0: " + offset);
  }

  /// Reads `0-1234`; empty when it is something else.
  public static Optional<LetterId> parse(String text) {
    return Optional.ofNullable(PartitionOffset.parse(text))
        .map(place -> new LetterId(place.partition(), place.offset()));
  }

  /// The letter as the record that a redrive sends names it.
  RecordRef ref() {
    return new RecordRef("dead", partition, offset);
  }

  private PartitionOffset place() {
    return new PartitionOffset(partition, offset);
  }

  @Override
  public int compareTo(LetterId other) {
    return place().compareTo(other.place());
  }

  @Override
  public String toString() {
    return place().toString();
  }
}
