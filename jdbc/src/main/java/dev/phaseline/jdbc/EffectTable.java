package dev.phaseline.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rows of effects: one for each item whose effect is in the database, with its outcome. Statements
/// only, without state; each runs in the transaction of its connection.
final class EffectTable {
  private static final int KEYS_STEP = 4;
  private static final String DUPLICATE = "23505";

  private EffectTable() {}

  /// A row to be written.
  ///
  /// @param key the item's
  /// @param phase for operators
  /// @param outcome its bytes
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  record Row(String key, String phase, byte[] outcome) {}

  /// Makes the tables that are not there.
  static void create(Connection connection, SqlDialect dialect) throws SQLException {
    for (var sql : dialect.schema()) {
      try (var statement = connection.createStatement()) {
        statement.execute(sql);
      }
    }
  }

  /// The version of the tables; empty when they are not there.
  static Optional<Integer> version(Connection connection) throws SQLException {
    if (!exists(connection)) return Optional.empty();
    try (var statement = connection.createStatement();
        var rows =
            statement.executeQuery("SELECT version FROM phaseline_schema WHERE part = 'effect'")) {
      return rows.next() ? Optional.of(rows.getInt(1)) : Optional.empty();
    }
  }

  /// Asked of the catalogue: a query of a table that is not there would end the transaction.
  private static boolean exists(Connection connection) throws SQLException {
    var catalogue = connection.getMetaData();
    for (var name : List.of("phaseline_schema", "PHASELINE_SCHEMA")) {
      try (var found = catalogue.getTables(connection.getCatalog(), null, name, null)) {
        if (found.next()) return true;
      }
    }
    return false;
  }

  /// Makes a row without an outcome.
  ///
  /// @return false when it is there
  static boolean claim(Connection connection, Statements rules, Work<?> item, long nowMs)
      throws SQLException {
    try (var statement = connection.prepareStatement(rules.dialect().claim())) {
      rules.limit(statement);
      statement.setString(1, item.key());
      statement.setString(2, item.phase());
      statement.setLong(3, nowMs);
      return statement.executeUpdate() > 0;
    } catch (SQLException failed) {
      if (rules.dialect() == SqlDialect.H2 && DUPLICATE.equals(failed.getSQLState())) return false;
      throw failed;
    }
  }

  /// Gives a claimed row its outcome.
  ///
  /// @return false when the claim is gone, because the transaction is not the one that made it
  static boolean complete(Connection connection, String key, byte[] outcome) throws SQLException {
    var sql = "UPDATE phaseline_effect SET outcome = ? WHERE item_key = ? AND outcome IS NULL";
    try (var statement = connection.prepareStatement(sql)) {
      statement.setBytes(1, outcome);
      statement.setString(2, key);
      return statement.executeUpdate() == 1;
    }
  }

  /// The outcome of a row that is there.
  static byte @Nullable [] outcome(Connection connection, SqlDialect dialect, String key)
      throws SQLException {
    var sql = "SELECT outcome FROM phaseline_effect WHERE item_key = ?" + dialect.locking();
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, key);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? rows.getBytes(1) : null;
      }
    }
  }

  /// The outcomes of those of the items that have a row, by key.
  static Map<String, byte[]> outcomes(Connection connection, List<? extends Work<?>> items)
      throws SQLException {
    // a few lengths only, so that few statements are prepared
    var places = (items.size() + KEYS_STEP - 1) / KEYS_STEP * KEYS_STEP;
    var sql =
        "SELECT item_key, outcome FROM phaseline_effect WHERE item_key IN (?"
            + ", ?".repeat(places - 1)
            + ") AND outcome IS NOT NULL";
    var outcomes = new HashMap<String, byte[]>();
    try (var statement = connection.prepareStatement(sql)) {
      for (var i = 0; i < places; i++) {
        statement.setString(1 + i, items.get(Math.min(i, items.size() - 1)).key());
      }
      try (var rows = statement.executeQuery()) {
        while (rows.next()) outcomes.put(rows.getString(1), rows.getBytes(2));
      }
    }
    return outcomes;
  }

  /// Writes rows that are not there.
  ///
  /// @throws SQLException when one of them is there
  static void insert(Connection connection, List<Row> rows, long nowMs) throws SQLException {
    var sql =
        "INSERT INTO phaseline_effect (item_key, phase, created_ms, outcome) VALUES (?, ?, ?, ?)";
    var ordered = new ArrayList<>(rows);
    ordered.sort(Comparator.comparing(Row::key)); // so that two groups can't deadlock
    try (var statement = connection.prepareStatement(sql)) {
      for (var row : ordered) {
        statement.setString(1, row.key());
        statement.setString(2, row.phase());
        statement.setLong(3, nowMs);
        statement.setBytes(4, row.outcome());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /// Removes rows that are older than a time.
  ///
  /// @return how many
  static int prune(Connection connection, SqlDialect dialect, long beforeMs, int rowsMax)
      throws SQLException {
    try (var statement = connection.prepareStatement(dialect.pruning())) {
      statement.setLong(1, beforeMs);
      statement.setInt(2, rowsMax);
      return statement.executeUpdate();
    }
  }
}
