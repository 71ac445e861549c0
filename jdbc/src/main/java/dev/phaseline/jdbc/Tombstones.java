package dev.phaseline.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/// Tombstones of one table: the revisions of rows that were deleted, by their keys as text. In one
/// transaction, whose thread uses it.
///
/// A tombstone is also the lock of a row that is not there: whoever inserts or deletes the row has
/// it first, so an insertion and a deletion at the same time come one after the other.
final class Tombstones {
  /// The revision of a row that was never deleted.
  static final long NONE = -1;

  private final Connection connection;
  private final SqlDialect dialect;
  private final String table;
  private final long nowMs;

  Tombstones(Connection connection, SqlDialect dialect, String table, long nowMs) {
    this.connection = connection;
    this.dialect = dialect;
    this.table = table;
    this.nowMs = nowMs;
  }

  /// Locks a key until the transaction ends.
  ///
  /// @return the revision of its deletion; [#NONE] when there is none, and then a tombstone of that
  ///   revision is there, to be set or removed
  long lock(String key) throws SQLException {
    try (var claim = connection.prepareStatement(dialect.claimTombstone())) {
      claim.setString(1, table);
      claim.setString(2, key);
      claim.executeUpdate();
    } catch (SQLException failed) {
      if (dialect != SqlDialect.H2 || !"23505".equals(failed.getSQLState())) throw failed;
    }
    var sql =
        "SELECT revision FROM phaseline_tombstone WHERE table_name = ? AND row_key = ?"
            + dialect.rowLock();
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, table);
      statement.setString(2, key);
      try (var rows = statement.executeQuery()) {
        if (rows.next()) return rows.getLong(1);
      }
    }
    throw new SQLException("the tombstone of " + key + " was purged in between", "40001");
  }

  /// Notes a deletion that happens now.
  void set(String key, long revision) throws SQLException {
    var sql =
        "UPDATE phaseline_tombstone SET revision = ?, deleted_ms = ?"
            + " WHERE table_name = ? AND row_key = ?";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setLong(1, revision);
      statement.setLong(2, nowMs);
      named(statement, 3, key);
    }
  }

  /// Removes a tombstone, since its row is there.
  void remove(String key) throws SQLException {
    var sql = "DELETE FROM phaseline_tombstone WHERE table_name = ? AND row_key = ?";
    try (var statement = connection.prepareStatement(sql)) {
      named(statement, 1, key);
    }
  }

  /// Removes the tombstones of rows that were deleted before a time.
  static int purge(Connection connection, String table, long beforeMs) throws SQLException {
    var sql =
        "DELETE FROM phaseline_tombstone WHERE table_name = ? AND deleted_ms < ? AND revision >= 0";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, table);
      statement.setLong(2, beforeMs);
      return statement.executeUpdate();
    }
  }

  private void named(PreparedStatement statement, int from, String key) throws SQLException {
    statement.setString(from, table);
    statement.setString(from + 1, key);
    statement.executeUpdate();
  }
}
