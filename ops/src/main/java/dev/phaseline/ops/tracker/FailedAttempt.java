package dev.phaseline.ops.tracker;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One attempt that failed, as the worker wrote it down. Texts are the handler's and may be
/// anything.
///
/// @param number which attempt, from 1
/// @param kind `thrown`, `timed_out`, ... as workers call it; empty when it is not said
/// @param error the exception's class; empty when there was none
/// @param message what it said; may be empty
/// @param worker where; empty when it is not said
/// @param started when it began, if that is known
/// @param ended when it failed, if that is known
public record FailedAttempt(
    int number,
    String kind,
    String error,
    String message,
    String worker,
    @Nullable Instant started,
    @Nullable Instant ended) {

  /// The time at which it began.
  public Optional<Instant> startedIfKnown() {
    return Optional.ofNullable(started);
  }

  /// The time at which it failed.
  public Optional<Instant> endedIfKnown() {
    return Optional.ofNullable(ended);
  }
}
