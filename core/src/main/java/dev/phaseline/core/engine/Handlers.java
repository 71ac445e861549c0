package dev.phaseline.core.engine;

/// Runs handlers. Called by the lane's thread; results come back through [#drain] on that thread.
public interface Handlers {

  /// Takes results.
  @FunctionalInterface
  interface Results {
    /// An attempt has ended.
    void ended(Attempt attempt, AttemptResult result);
  }

  /// Runs the attempts of a chain one after the other; other chains in parallel. Each is begun by
  /// [Chain#start(long)] and ended by [Chain#end(Attempt, AttemptResult)], then its result is
  /// reported if it counts, then the next one is begun. When there is no next one any more, the
  /// lane has taken the rest back, or will.
  void run(Chain chain);

  /// Number of handlers that it runs at once, now.
  int permits();

  /// Whether handlers take so little that items of several keys may be handed out together, as a
  /// run: those behind one that turns out to be slow wait for it, until the lane takes them back.
  default boolean areQuick() {
    return false;
  }

  /// The result of this started attempt no longer counts: interrupt it, and give its place to
  /// another.
  void abandon(Attempt attempt);

  /// This started attempt's job is cancelled: interrupt it. Its result is still waited for, so that
  /// nothing that must not overlap with it starts before it has ended.
  void interrupt(Attempt attempt);

  /// Report of the bytes of results that wait for publication: over the limit, nothing more is
  /// started until it is less.
  void backlog(long unpublishedBytes);

  /// The moment before the lane changes a chain that handlers' threads may change too. Nothing to
  /// do where these are threads; where they are simulated, they take their steps in between here.
  default void meanwhile() {}

  /// Hands over the results that have come in.
  void drain(Results results);

  /// Waits until a result has come in, at most this long.
  void await(long maxNanos);
}
