package dev.phaseline.core.engine;

import java.util.List;

/// Runs handlers. Called by the lane's thread; results come back through [#drain] on that thread.
///
/// @param <R> the record
/// @param <S> what is published
public interface Handlers<R, S> {

  /// Takes results.
  ///
  /// @param <R> the record
  /// @param <S> what is published
  @FunctionalInterface
  interface Results<R, S> {
    /// An attempt has ended.
    void ended(Attempt<R, S> attempt, AttemptResult<S> result);
  }

  /// Runs these attempts one after the other, in this order; other chains in parallel. Each either
  /// ends ([Attempt#tryEnd()], then its result is reported, then the next one starts) or was
  /// withdrawn. After a result that is not `Settled`, or when an attempt was given up, the rest of
  /// the chain is not started until the lane hands it out again.
  void run(List<Attempt<R, S>> chain);

  /// How many it runs at once, now.
  int permits();

  /// The result of this started attempt no longer counts: interrupt it, and give its place to
  /// another.
  void abandon(Attempt<R, S> attempt);

  /// This started attempt's job is cancelled: interrupt it. Its result is still waited for, so that
  /// nothing that must not overlap with it starts before it has ended.
  void interrupt(Attempt<R, S> attempt);

  /// How many bytes of results wait for publication: over the limit, nothing more is started until
  /// it is less.
  void backlog(long unpublishedBytes);

  /// Hands over the results that have come in.
  void drain(Results<R, S> results);

  /// Waits until a result has come in, at most this long.
  void await(long maxNanos);
}
