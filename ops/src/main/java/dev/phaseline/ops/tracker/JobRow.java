package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.WorkState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A job in a list. Immutable.
///
/// @param id its id
/// @param pipeline its pipeline
/// @param state how it stands
/// @param phase where: of its items that have not ended, that of the last one that moved; where it
///   ended otherwise
/// @param submitted when it was submitted, or first seen when nobody said
/// @param ended when its last item ended; null while one has not
/// @param items how many were made for it
/// @param itemsEnded how many of them have ended
/// @param itemsDead how many of them are dead letters now
/// @param tags the submitter's tags
public record JobRow(
    String id,
    String pipeline,
    WorkState state,
    String phase,
    Instant submitted,
    @Nullable Instant ended,
    long items,
    long itemsEnded,
    long itemsDead,
    Map<String, String> tags) {

  public JobRow {
    tags = Map.copyOf(tags);
  }

  /// The time at which its last item ended, if it has.
  public Optional<Instant> endedIfAny() {
    return Optional.ofNullable(ended);
  }
}
