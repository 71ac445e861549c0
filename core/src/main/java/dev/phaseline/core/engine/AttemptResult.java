package dev.phaseline.core.engine;

import java.time.Duration;

/// The end of one attempt, as the handler's thread reports it: data of ours alone. What a handler
/// threw is described on its own thread ([Thrown]), because the lane must not touch it.
///
/// @param <S> what is published, opaque to the engine
public sealed interface AttemptResult<S> {

  /// The item is complete in this phase.
  ///
  /// @param <S> what is published
  /// @param settlement the records
  record Settled<S>(Settlement<S> settlement) implements AttemptResult<S> {}

  /// The handler threw: the retry policy says what follows.
  ///
  /// @param <S> what would have been published
  /// @param thrown what it threw
  record Threw<S>(Thrown thrown) implements AttemptResult<S> {
    /// The same of an exception that was just caught on this thread.
    public Threw(Throwable thrown) {
      this(Thrown.of(thrown));
    }
  }

  /// The handler asked for another attempt, which spends this one.
  ///
  /// @param <S> what would have been published
  /// @param delay no earlier than this from now
  /// @param reason for the operator
  record RetryAsked<S>(Duration delay, String reason) implements AttemptResult<S> {}

  /// A dependency is down: the phase waits, the attempt does not count.
  ///
  /// @param <S> what would have been published
  /// @param delay from now
  /// @param reason for the operator
  record SuspendAsked<S>(Duration delay, String reason) implements AttemptResult<S> {}
}
