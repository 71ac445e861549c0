package dev.phaseline.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/// One transaction on a connection of the pool, which it gives back as it was. Without a commit it
/// is rolled back at its end. Used by the thread that leads it.
final class Transaction implements AutoCloseable {
  private final Connection connection;
  private final boolean autoCommit;
  private boolean open = true;

  Transaction(Connection connection) throws SQLException {
    this.connection = connection;
    try {
      autoCommit = connection.getAutoCommit();
      if (autoCommit) connection.setAutoCommit(false);
      else connection.rollback(); // what the user before left open
    } catch (SQLException refused) {
      connection.close();
      throw unmanageable(refused);
    }
  }

  private static SQLException unmanageable(SQLException refused) {
    var state = String.valueOf(refused.getSQLState());
    if (state.startsWith("08") || state.startsWith("57")) return refused; // it is gone
    return new SQLException(
        "the data source's connections take no transactions of their own (are they managed, or"
            + " part of XA?): "
            + refused.getMessage(),
        refused.getSQLState(),
        refused.getErrorCode(),
        refused);
  }

  Connection connection() {
    return connection;
  }

  void commit() throws SQLException {
    connection.commit();
    open = false;
  }

  /// Ends the connection while another thread uses it.
  void abort() {
    open = false;
    try {
      connection.abort(Runnable::run);
    } catch (SQLException alreadyGone) {
      // nothing is left to be ended
    }
  }

  /// Never throws: what failed before is what counts, and a connection that can't be rolled back is
  /// given up by its pool.
  @Override
  public void close() {
    try (var _ = connection) {
      if (open) rollBack();
      if (autoCommit) connection.setAutoCommit(true);
    } catch (SQLException gone) {
      // the server rolls back what has no connection
    }
  }

  /// SQLite ends a transaction by itself, when the disk is full for example, and its driver does
  /// not notice: without a transaction to end, the connection would be of no use to the next one.
  private void rollBack() throws SQLException {
    try {
      connection.rollback();
    } catch (SQLException failed) {
      if (!String.valueOf(failed.getMessage()).contains("no transaction is active")) throw failed;
      try (var statement = connection.createStatement()) {
        statement.execute("BEGIN");
      }
      connection.rollback();
    }
  }
}
