package dev.phaseline.jdbc;

import dev.phaseline.core.Outcome;
import dev.phaseline.jdbc.SqlFailures.Meaning;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Transactions of one item each. The item's row is made first, so whoever runs the same item at
/// the same time waits for the end of this transaction, and then finds the outcome. Conflicts are
/// tried again in place. Thread-safe.
final class LoneRun {
  /// A conflict that happens so often is the item's failure.
  private static final int CONFLICTS_MAX = 10;

  /// A pool may give a connection whose server has gone meanwhile; the next one is new.
  private static final int CONNECTIONS_MAX = 3;

  private static final long PAUSE_MS = 5;

  private final Transactions transactions;
  private final Pace pace;

  LoneRun(Transactions transactions, Pace pace) {
    this.transactions = transactions;
    this.pace = pace;
  }

  /// The outcome of an item, once it is committed.
  <O> @Nullable Outcome<O> run(Work<O> item) throws Exception {
    var dialect = transactions.dialect();
    for (var attempt = 1; ; attempt++) {
      try {
        return once(item, dialect);
      } catch (Exception failed) {
        if (item.isGivenUp()) throw failed;
        var meaning = SqlFailures.of(dialect, failed);
        if (attempt >= triesMax(meaning)) throw ended(meaning, failed);
      }
      item.context().heartbeat();
      // each item another pause, or those that were in each other's way would meet again
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS * attempt + (item.key().hashCode() & 7));
    }
  }

  private static int triesMax(Meaning meaning) {
    return switch (meaning) {
      case CONFLICT -> CONFLICTS_MAX;
      case CONNECTION -> CONNECTIONS_MAX;
      case UNABLE, ITEM -> 1;
    };
  }

  private static Exception ended(Meaning meaning, Exception failed) {
    return switch (meaning) {
      case CONNECTION, UNABLE -> Transactions.down(meaning, failed);
      case CONFLICT, ITEM -> failed;
    };
  }

  private <O> @Nullable Outcome<O> once(Work<O> item, SqlDialect dialect) throws Exception {
    try (var transaction = transactions.begin()) {
      var connection = transaction.connection();
      var statements = new Statements(dialect, transactions.options().statementTimeout());
      if (!claimed(item, connection, statements)) return known(item, connection, dialect);
      return switch (pace.measured(() -> item.run(connection, statements))) {
        case Work.Ran.Nothing<O>(var outcome) -> outcome;
        case Work.Ran.Threw<O>(var thrown) -> throw exceptionOf(thrown);
        case Work.Ran.Completed<O>(var outcome, var bytes) -> {
          if (!EffectTable.complete(connection, item.key(), bytes)) throw endedByHandler(item);
          transaction.commit();
          yield outcome;
        }
      };
    }
  }

  /// Waits for another that runs the same item, which may be frozen: then it is a conflict.
  private <O> boolean claimed(Work<O> item, Connection connection, Statements statements)
      throws SQLException {
    try {
      return EffectTable.claim(connection, statements, item, transactions.nowMs());
    } catch (SQLException failed) {
      if (!SqlFailures.isTimeout(statements.dialect(), failed)) throw failed;
      throw new SQLException(
          "another worker holds the row of this item: " + failed.getMessage(),
          SqlFailures.LOCK_NOT_AVAILABLE,
          failed);
    }
  }

  private static <O> Outcome<O> known(Work<O> item, Connection connection, SqlDialect dialect)
      throws SQLException {
    var bytes = EffectTable.outcome(connection, dialect, item.key());
    if (bytes != null) return item.decoded(bytes);
    throw new IllegalStateException(
        "the row "
            + item.key()
            + " of "
            + item.phase()
            + " has no outcome, so a handler has committed it by itself: look at what it did, then"
            + " set its outcome or delete the row from phaseline_effect");
  }

  private static IllegalStateException endedByHandler(Work<?> item) {
    return new IllegalStateException(
        "the transaction of the handler of "
            + item.phase()
            + " was ended before it returned, by itself or by a failure that it has caught");
  }

  /// The exception to throw for what a handler threw.
  static Exception exceptionOf(Throwable thrown) {
    if (thrown instanceof Error error) throw error;
    return thrown instanceof Exception exception ? exception : new IllegalStateException(thrown);
  }
}
