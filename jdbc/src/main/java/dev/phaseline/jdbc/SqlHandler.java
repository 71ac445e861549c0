package dev.phaseline.jdbc;

import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseContext;
import java.sql.Connection;

/// Handler of a phase whose effects are in one database transaction with its outcome.
///
/// It uses the connection that it is given and no other: what it does elsewhere is not part of the
/// transaction. It neither commits nor rolls back, nor does it close the connection; these calls
/// are refused. It may run more than once for one item, after a deadlock for example, but the
/// effects of one run only are committed.
///
/// Thread-safe: many threads call it at once, each with a connection that is its own for the call.
///
/// @param <I> what the phase receives
/// @param <O> what the phase hands on
@FunctionalInterface
public interface SqlHandler<I, O> {

  /// Handles one item in a transaction.
  ///
  /// @param connection of use until the method returns
  /// @return `Next`, `To`, `FanOut` and `Done` commit; `RetryAfter`, `Dead` and `Suspend` leave
  ///   nothing; null is the item's failure
  /// @throws Exception rolls back, and spends an attempt
  Outcome<O> handle(I payload, Connection connection, PhaseContext context) throws Exception;
}
