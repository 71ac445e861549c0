package dev.phaseline.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/// Rows of the outbox. Statements only, without state; each runs in the transaction of its
/// connection.
final class OutboxTable {
  /// Rows that a driver holds at once while it reads; payloads may be large.
  private static final int FETCH_ROWS = 100;

  private static final int DELETE_ROWS = 500;

  /// Rows that are counted; a backlog beyond it is a backlog.
  static final int COUNT_MAX = 100_000;

  private OutboxTable() {}

  /// Rows that wait.
  ///
  /// @param count how many, up to [#COUNT_MAX]
  /// @param oldestMs the time of the first one's submission; 0 when there is none
  record Backlog(long count, long oldestMs) {}

  static void insert(Connection connection, List<OutboxRow> rows) throws SQLException {
    var sql =
        "INSERT INTO phaseline_outbox (job_id, topic, record_key, headers, payload, created_ms)"
            + " VALUES (?, ?, ?, ?, ?, ?)";
    try (var statement = connection.prepareStatement(sql)) {
      for (var row : rows) {
        set(statement, row);
        if (rows.size() > 1) statement.addBatch();
      }
      if (rows.size() > 1) statement.executeBatch();
      else statement.executeUpdate();
    }
  }

  private static void set(PreparedStatement statement, OutboxRow row) throws SQLException {
    statement.setString(1, row.jobId());
    statement.setString(2, row.topic());
    statement.setBytes(3, row.key());
    statement.setString(4, row.headers());
    statement.setBytes(5, row.payload());
    statement.setLong(6, row.createdMs());
  }

  /// The first rows by id, but for those of topics that are held.
  ///
  /// @param rowsMax at most so many
  /// @param bytesMax no further ones when those that were read have so many bytes
  static List<OutboxRow> first(
      Connection connection, Collection<String> held, int rowsMax, long bytesMax)
      throws SQLException {
    var sql =
        "SELECT id, job_id, topic, record_key, headers, payload, created_ms FROM phaseline_outbox"
            + (held.isEmpty() ? "" : " WHERE topic NOT IN (?" + ", ?".repeat(held.size() - 1) + ")")
            + " ORDER BY id LIMIT ?";
    var rows = new ArrayList<OutboxRow>();
    try (var statement = connection.prepareStatement(sql)) {
      statement.setFetchSize(FETCH_ROWS);
      var at = 1;
      for (var topic : held) statement.setString(at++, topic);
      statement.setInt(at, rowsMax);
      try (var found = statement.executeQuery()) {
        var bytes = 0L;
        while (bytes < bytesMax && found.next()) {
          var row = row(found);
          rows.add(row);
          bytes += row.bytes();
        }
      }
    }
    return rows;
  }

  private static OutboxRow row(ResultSet found) throws SQLException {
    return new OutboxRow(
        found.getLong(1),
        found.getString(2),
        found.getString(3),
        found.getBytes(4),
        found.getString(5),
        found.getBytes(6),
        found.getLong(7));
  }

  /// Deletes rows by their ids; those that are gone are gone.
  static void delete(Connection connection, List<Long> ids) throws SQLException {
    try (var statement = connection.createStatement()) {
      for (var from = 0; from < ids.size(); from += DELETE_ROWS) {
        var some = ids.subList(from, Math.min(ids.size(), from + DELETE_ROWS));
        statement.executeUpdate(
            some.stream()
                .map(String::valueOf)
                .collect(
                    Collectors.joining(", ", "DELETE FROM phaseline_outbox WHERE id IN (", ")")));
      }
    }
  }

  static Backlog backlog(Connection connection) throws SQLException {
    var sql =
        "SELECT COUNT(*), MIN(created_ms) FROM (SELECT created_ms FROM phaseline_outbox"
            + " ORDER BY id LIMIT "
            + COUNT_MAX
            + ") waiting";
    try (var statement = connection.createStatement();
        var found = statement.executeQuery(sql)) {
      return found.next() ? new Backlog(found.getLong(1), found.getLong(2)) : new Backlog(0, 0);
    }
  }
}
