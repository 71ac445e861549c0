package dev.phaseline.core.engine;

import org.jspecify.annotations.Nullable;

/// One failed attempt, as far as the engine knows it.
///
/// @param attempt its number, from 1
/// @param atNanos when it ended, by the lane's clock
/// @param kind what sort of failure
/// @param message for the operator
/// @param thrown what was thrown, if anything was
public record Failure(
    int attempt, long atNanos, Kind kind, String message, @Nullable Throwable thrown) {

  /// What sort of failure it was.
  public enum Kind {
    /// The handler threw.
    THROWN,
    /// The handler asked for another attempt.
    RETRY_ASKED,
    /// No sign of life within the timeout.
    TIMED_OUT,
    /// The process died whenever this item ran.
    CRASHED
  }
}
