package dev.phaseline.jdbc;

import dev.phaseline.jdbc.Work.Message;
import dev.phaseline.jdbc.Work.Ran;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/// Transactions that several items share, each behind a savepoint of its own, so that one that
/// fails fails alone. Handlers run in turn, each on its attempt's thread. Rows are looked for
/// before and written after, all of them in one statement.
///
/// What goes wrong with the transaction as a whole (a conflict, a lost connection, a row that
/// another worker has written meanwhile) is no item's failure: all of them begin again, each in a
/// transaction of its own. Thread-safe.
final class GroupRun {
  /// A handler that does not return after it was given up is not waited for longer.
  private static final int BEATS_AFTER_GIVEN_UP = 2;

  private final Transactions transactions;
  private final Pace pace;
  private final LongSupplier nanos;

  GroupRun(Transactions transactions, Pace pace, LongSupplier nanos) {
    this.transactions = transactions;
    this.pace = pace;
    this.nanos = nanos;
  }

  /// Runs a group and tells each of its items how it ended, the leader too.
  ///
  /// @param group the leader, which is the caller's own item, and at least one more
  void run(List<Work<?>> group) throws InterruptedException {
    Map<Work<?>, Message> ends = new LinkedHashMap<>();
    for (var item : group) ends.put(item, new Message.Again(true));
    try {
      var results = committed(group);
      ends.putAll(results);
      pace.gotThrough(group.size());
    } catch (SQLException | RuntimeException broken) {
      // they begin again, and meet the failure by themselves if it is still there
      pace.broke(group.size());
    } finally {
      ends.forEach(Work::tell);
    }
  }

  private Map<Work<?>, Message> committed(List<Work<?>> group)
      throws SQLException, InterruptedException {
    Map<Work<?>, Message> ends = new LinkedHashMap<>();
    var rows = new ArrayList<EffectTable.Row>();
    var dialect = transactions.dialect();
    try (var transaction = transactions.begin()) {
      var known = EffectTable.outcomes(transaction.connection(), group);
      var run = new Turns(transaction, dialect, group.getFirst());
      var began = 0L;
      for (var item : group) {
        var outcome = known.get(item.key());
        if (outcome != null) {
          ends.put(item, new Message.Known(outcome));
        } else if (began != 0 && nanos.getAsLong() - began > EffectQueue.GROUP_NANOS) {
          ends.put(item, new Message.Again(false));
        } else {
          ends.put(item, run.of(item, rows));
          // the first one may have waited for another transaction, the others don't
          if (began == 0) began = nanos.getAsLong();
        }
      }
      if (rows.isEmpty()) return ends;
      EffectTable.insert(transaction.connection(), rows, transactions.nowMs());
      transaction.commit();
    }
    return ends;
  }

  /// The turns of one transaction.
  private final class Turns {
    private final Transaction transaction;
    private final Statements statements;
    private final Work<?> leader;

    Turns(Transaction transaction, SqlDialect dialect, Work<?> leader) {
      this.transaction = transaction;
      this.statements = new Statements(dialect, transactions.options().statementTimeout());
      this.leader = leader;
    }

    /// Runs one item's handler.
    ///
    /// @param rows gets its row, if it completes
    /// @throws SQLException when the transaction is broken
    Message of(Work<?> item, List<EffectTable.Row> rows) throws SQLException, InterruptedException {
      var connection = transaction.connection();
      var savepoint = connection.setSavepoint();
      var ran = ran(item);
      if (ran instanceof Ran.Completed<?>(_, var bytes)) {
        connection.releaseSavepoint(savepoint);
        rows.add(new EffectTable.Row(item.key(), item.phase(), bytes));
        return new Message.Committed(ran);
      }
      if (ran instanceof Ran.Threw<?>(var thrown)) checkTransaction(thrown);
      connection.rollback(savepoint);
      if (ran instanceof Ran.Threw<?>) {
        // it may have failed because another worker has done its work meanwhile
        var outcome = EffectTable.outcome(connection, statements.dialect(), item.key());
        if (outcome != null) return new Message.Known(outcome);
      }
      return new Message.Committed(ran);
    }

    private void checkTransaction(Throwable thrown) throws SQLException {
      switch (SqlFailures.of(statements.dialect(), thrown)) {
        case CONFLICT, CONNECTION, UNABLE ->
            throw new SQLException("the group's transaction is broken", thrown);
        case ITEM -> {}
      }
    }

    private Ran<?> ran(Work<?> item) throws SQLException, InterruptedException {
      if (item == leader) {
        return pace.measured(() -> item.run(transaction.connection(), statements));
      }
      item.tell(new Message.Turn(transaction.connection(), statements, pace));
      try {
        return awaited(item);
      } catch (InterruptedException interrupted) {
        transaction.abort(); // the other one is still at it
        throw interrupted;
      }
    }

    private Ran<?> awaited(Work<?> item) throws SQLException, InterruptedException {
      for (var late = 0; ; ) {
        try {
          return item.ran().get(Work.BEAT_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException notYet) {
          leader.context().heartbeat();
          if (item.context().abandoned() && ++late > BEATS_AFTER_GIVEN_UP) {
            transaction.abort();
            throw new SQLException("a handler does not return", notYet);
          }
        } catch (ExecutionException never) {
          throw new IllegalStateException(never); // it is completed with values alone
        }
      }
    }
  }
}
