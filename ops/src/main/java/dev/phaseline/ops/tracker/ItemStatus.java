package dev.phaseline.ops.tracker;

import dev.phaseline.ops.accounting.WorkState;
import dev.phaseline.schemas.RecordAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Status of one item. Immutable.
///
/// @param jobId its job
/// @param path its place in the job: `/`, `/3`, `/3/0`
/// @param phase where it is; where it ended, when it has; empty while it is scheduled
/// @param state how it stands
/// @param attempt the attempt that is next, or was the last, from 1
/// @param generation how often it was redriven
/// @param children how many items it became; 0 unless it is split
/// @param until when it goes on, while it is scheduled or retrying
/// @param worker who has it, where workers report
/// @param place its latest record, in the topic of a phase, of results or of dead letters; while it
///   is retrying, the record that it was; null while it is scheduled or split
/// @param reason why it is dead; empty otherwise
/// @param attempts those that failed in its phase, oldest first, at most as many as its history
///   keeps
/// @param omitted how many are missing from `attempts`
/// @param visits where it was and when, oldest first; the oldest are left out beyond [#VISITS_MAX]
public record ItemStatus(
    String jobId,
    String path,
    String phase,
    WorkState state,
    int attempt,
    int generation,
    int children,
    @Nullable Instant until,
    @Nullable String worker,
    @Nullable RecordAddress place,
    String reason,
    List<FailedAttempt> attempts,
    long omitted,
    List<PhaseStay> visits) {
  /// Visits that are kept for an item.
  public static final int VISITS_MAX = 16;

  public ItemStatus {
    attempts = List.copyOf(attempts);
    visits = List.copyOf(visits);
  }

  /// The time at which it goes on, if it waits for one.
  public Optional<Instant> untilIfAny() {
    return Optional.ofNullable(until);
  }

  /// Its latest record, if it has one.
  public Optional<RecordAddress> placeIfAny() {
    return Optional.ofNullable(place);
  }

  /// Worker that has it, if known.
  public Optional<String> workerIfKnown() {
    return Optional.ofNullable(worker);
  }
}
