package dev.phaseline.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;

/// Row of the outbox's relay in the database: which relay publishes, in which term, and the last
/// batch whose rows are deleted. Statements only, without state; each runs in the transaction of
/// its connection.
///
/// Terms keep the rows consistent, not Kafka: only the relay of the last term may move the batch.
/// That a relay of an earlier term publishes nothing is the matter of Kafka's fencing.
final class RelayTable {
  private static final String MINE = " WHERE one = 1 AND term = ?";

  private RelayTable() {}

  /// The row.
  ///
  /// @param outbox the transactional id under which it is relayed
  /// @param tableId the id of these tables
  /// @param batch the last batch whose rows are deleted
  /// @param term goes up with each takeover
  /// @param relay the relay that publishes; empty when it has ended in order
  /// @param beat goes up while the relay lives
  record Row(String outbox, String tableId, long batch, long term, String relay, long beat) {}

  static Optional<Row> read(Connection connection) throws SQLException {
    try (var statement = connection.createStatement();
        var found =
            statement.executeQuery(
                "SELECT outbox, table_id, batch, term, relay, beat FROM phaseline_outbox_relay"
                    + " WHERE one = 1")) {
      if (!found.next()) return Optional.empty();
      return Optional.of(
          new Row(
              found.getString(1),
              found.getString(2),
              found.getLong(3),
              found.getLong(4),
              found.getString(5),
              found.getLong(6)));
    }
  }

  static void insert(Connection connection, String outbox, String tableId) throws SQLException {
    var sql =
        "INSERT INTO phaseline_outbox_relay (one, outbox, table_id, batch, term, relay, beat)"
            + " VALUES (1, ?, ?, 0, 0, '', 0)";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, outbox);
      statement.setString(2, tableId);
      statement.executeUpdate();
    }
  }

  /// Begins the term after this one.
  ///
  /// @return false when another relay has begun it
  static boolean take(Connection connection, long term, String relay) throws SQLException {
    return update(
        connection,
        "UPDATE phaseline_outbox_relay SET relay = ?, term = term + 1, beat = beat + 1" + MINE,
        statement -> {
          statement.setString(1, relay);
          statement.setLong(2, term);
        });
  }

  /// Begins the count of batches anew, under another id of the tables.
  ///
  /// @return false when the term has ended
  static boolean renew(Connection connection, long term, String outbox, String tableId)
      throws SQLException {
    return update(
        connection,
        "UPDATE phaseline_outbox_relay SET outbox = ?, table_id = ?, batch = 0" + MINE,
        statement -> {
          statement.setString(1, outbox);
          statement.setString(2, tableId);
          statement.setLong(3, term);
        });
  }

  /// Notes that the rows of a batch are deleted, which follows the last one.
  ///
  /// @return false when the term has ended
  static boolean complete(Connection connection, long term, long batch) throws SQLException {
    return update(
        connection,
        "UPDATE phaseline_outbox_relay SET batch = ?, beat = beat + 1" + MINE + " AND batch = ?",
        statement -> {
          statement.setLong(1, batch);
          statement.setLong(2, term);
          statement.setLong(3, batch - 1);
        });
  }

  /// Notes a sign of life.
  ///
  /// @return false when the term has ended
  static boolean beat(Connection connection, long term) throws SQLException {
    return update(
        connection,
        "UPDATE phaseline_outbox_relay SET beat = beat + 1" + MINE,
        statement -> statement.setLong(1, term));
  }

  /// Notes that the relay has ended in order, so that another one need not wait.
  static boolean release(Connection connection, long term) throws SQLException {
    return update(
        connection,
        "UPDATE phaseline_outbox_relay SET relay = ''" + MINE,
        statement -> statement.setLong(1, term));
  }

  @FunctionalInterface
  private interface Values {
    void set(PreparedStatement statement) throws SQLException;
  }

  private static boolean update(Connection connection, String sql, Values values)
      throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      values.set(statement);
      return statement.executeUpdate() == 1;
    }
  }
}
