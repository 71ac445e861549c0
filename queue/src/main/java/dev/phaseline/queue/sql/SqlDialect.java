package dev.phaseline.queue.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// The statements of a database that differ from others', and its codes of errors. Without state.
enum SqlDialect {
  /// PostgreSQL, from version 12 on.
  POSTGRESQL("BIGSERIAL PRIMARY KEY", "BYTEA") {
    @Override
    String holdQueue() {
      return "SELECT 1 FROM phaseline_queue WHERE name = ? FOR KEY SHARE";
    }

    @Override
    String skipLocked() {
      return " FOR UPDATE SKIP LOCKED";
    }

    @Override
    boolean isWorthRetrying(SQLException failed) {
      var state = String.valueOf(failed.getSQLState());
      return state.equals("40001") || state.equals("40P01"); // serialization, deadlock
    }
  },

  /// SQLite, from version 3.35 on. It has one writer at a time, so no row is ever locked by
  /// another.
  SQLITE("INTEGER PRIMARY KEY AUTOINCREMENT", "BLOB") {
    private static final int BUSY = 5;
    private static final int LOCKED = 6;
    private static final int PRIMARY = 0xff; // details are in the higher bits

    // A write, not a look: a transaction that begins with a look can't become the writer when
    // another was it in between.
    @Override
    String holdQueue() {
      return "UPDATE phaseline_queue SET name = name WHERE name = ? RETURNING 1";
    }

    @Override
    String skipLocked() {
      return "";
    }

    @Override
    boolean isWorthRetrying(SQLException failed) {
      var code = failed.getErrorCode() & PRIMARY;
      return code == BUSY || code == LOCKED;
    }
  };

  private final String numberType;
  private final String bytesType;

  SqlDialect(String numberType, String bytesType) {
    this.numberType = numberType;
    this.bytesType = bytesType;
  }

  /// The dialect of a database.
  ///
  /// @throws IllegalArgumentException when it is neither
  static SqlDialect of(Connection connection) throws SQLException {
    var product = connection.getMetaData().getDatabaseProductName();
    return switch (product) {
      case "PostgreSQL" -> POSTGRESQL;
      case "SQLite" -> SQLITE;
      default ->
          throw new IllegalArgumentException(
              "queues are kept in PostgreSQL or SQLite, not in " + product);
    };
  }

  /// The query that finds a queue and keeps it from being deleted until the transaction ends.
  abstract String holdQueue();

  /// The end of a query for rows to be changed: rows that another changes are passed over.
  abstract String skipLocked();

  /// Whether the same statement may succeed the next time: others were in its way.
  abstract boolean isWorthRetrying(SQLException failed);

  /// The statements that make the tables and indexes that are not there.
  ///
  /// An item's `at_ms` is the time from which on it is available: that of its creation, or the end
  /// of its delay or lease. So one index finds the available items in order, whatever the number of
  /// those that are claimed or delayed. `claims` counts the claims of an item, and tells a claim
  /// from a later one of the same item.
  List<String> tables() {
    return List.of(
        "CREATE TABLE IF NOT EXISTS phaseline_queue (name VARCHAR(48) PRIMARY KEY)",
        """
        CREATE TABLE IF NOT EXISTS phaseline_queue_item (
          number %s,
          queue VARCHAR(48) NOT NULL,
          id TEXT NOT NULL,
          created_ms BIGINT NOT NULL,
          at_ms BIGINT NOT NULL,
          deliveries INTEGER NOT NULL,
          claims BIGINT NOT NULL,
          holder TEXT,
          headers TEXT,
          payload %s NOT NULL)"""
            .formatted(numberType, bytesType),
        """
        CREATE INDEX IF NOT EXISTS phaseline_queue_item_at
          ON phaseline_queue_item (queue, at_ms, number)""",
        """
        CREATE TABLE IF NOT EXISTS phaseline_queue_dead (
          number %s,
          queue VARCHAR(48) NOT NULL,
          id TEXT NOT NULL,
          created_ms BIGINT NOT NULL,
          died_ms BIGINT NOT NULL,
          deliveries INTEGER NOT NULL,
          kind VARCHAR(20) NOT NULL,
          reason TEXT NOT NULL,
          headers TEXT,
          payload %s NOT NULL)"""
            .formatted(numberType, bytesType),
        """
        CREATE INDEX IF NOT EXISTS phaseline_queue_dead_number
          ON phaseline_queue_dead (queue, number)""");
  }

  /// The statement that claims items and returns them. The rows to change are chosen once, and not
  /// again for each row, as a plain subquery may be.
  ///
  /// Parameters: queue, now, how many, end of the lease, holder.
  String claim() {
    return """
        WITH picked AS MATERIALIZED (
          SELECT number FROM phaseline_queue_item
          WHERE queue = ? AND at_ms <= ? ORDER BY at_ms, number LIMIT ?%s)
        UPDATE phaseline_queue_item
        SET at_ms = ?, holder = ?, claims = claims + 1, deliveries = deliveries + 1
        WHERE number IN (SELECT number FROM picked)
        RETURNING number, claims, id, created_ms, deliveries, at_ms, headers, payload"""
        .formatted(skipLocked());
  }
}
