package dev.phaseline.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;

/// Tombstones of one table: the revisions of rows that were deleted, by their keys as text. Used
/// within a transaction, by its thread.
///
/// A tombstone is also the lock of a row that is not there: an insertion and a deletion have it
/// first, so that those of one key come one after the other. A database with one writer needs no
/// such lock.
final class Tombstones {
  /// The revision of a row that was never deleted.
  static final long NONE = -1;

  private static final String WHERE = " WHERE table_name = ? AND row_key = ?";
  private static final String SELECT = "SELECT revision FROM phaseline_tombstone" + WHERE;
  private static final String UPDATE =
      "UPDATE phaseline_tombstone SET revision = ?, deleted_ms = ?" + WHERE;
  private static final String INSERT =
      "INSERT INTO phaseline_tombstone (revision, deleted_ms, table_name, row_key)"
          + " VALUES (?, ?, ?, ?)";
  private static final String DELETE = "DELETE FROM phaseline_tombstone" + WHERE;
  private static final String WRITE_NOTHING =
      "UPDATE phaseline_tombstone SET revision = revision WHERE 1 = 0";

  private final PreparedOnce statements;
  private final SqlDialect dialect;
  private final String table;
  private final InstantSource clock;

  Tombstones(PreparedOnce statements, SqlDialect dialect, String table, InstantSource clock) {
    this.statements = statements;
    this.dialect = dialect;
    this.table = table;
    this.clock = clock;
  }

  /// Locks a key until the transaction ends.
  ///
  /// @return the revision of its deletion; [#NONE] when there is none, and then a tombstone may be
  ///   there as a lock, to be set or removed
  long lock(String key) throws SQLException {
    if (!dialect.hasOneWriter() && claimed(key)) return NONE;
    var select = statements.of(SELECT + dialect.rowLock());
    select.setString(1, table);
    select.setString(2, key);
    try (var rows = select.executeQuery()) {
      if (rows.next()) return rows.getLong(1);
    }
    if (dialect.hasOneWriter()) return NONE;
    throw new SQLException("the tombstone of " + key + " was purged in between", "40001");
  }

  private boolean claimed(String key) throws SQLException {
    var claim = statements.of(dialect.claimTombstone());
    claim.setString(1, table);
    claim.setString(2, key);
    try {
      return claim.executeUpdate() == 1;
    } catch (SQLException failed) {
      if (dialect != SqlDialect.H2 || !"23505".equals(failed.getSQLState())) throw failed;
      return false;
    }
  }

  /// Notes a deletion of a locked key that happens now.
  void set(String key, long revision) throws SQLException {
    if (written(UPDATE, key, revision) == 0) written(INSERT, key, revision);
  }

  private int written(String sql, String key, long revision) throws SQLException {
    var statement = statements.of(sql);
    statement.setLong(1, revision);
    statement.setLong(2, clock.millis());
    statement.setString(3, table);
    statement.setString(4, key);
    return statement.executeUpdate();
  }

  /// Removes the tombstone of a locked key, since its row is there.
  ///
  /// @param buried what [#lock] gave
  void remove(String key, long buried) throws SQLException {
    if (buried == NONE && dialect.hasOneWriter()) return;
    var statement = statements.of(DELETE);
    statement.setString(1, table);
    statement.setString(2, key);
    statement.executeUpdate();
  }

  /// Makes the transaction the one that writes, in a database that has one: it waits for the other
  /// one here. A transaction that reads before it writes fails at once when another one is writing.
  void becomeWriter() throws SQLException {
    if (!dialect.hasOneWriter()) return;
    var _ = statements.of(WRITE_NOTHING).executeUpdate();
  }

  /// Removes the tombstones of rows that were deleted before a time.
  ///
  /// @return how many
  static int purge(Connection connection, String table, long beforeMs) throws SQLException {
    var sql =
        "DELETE FROM phaseline_tombstone WHERE table_name = ? AND deleted_ms < ? AND revision >= 0";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, table);
      statement.setLong(2, beforeMs);
      return statement.executeUpdate();
    }
  }
}
