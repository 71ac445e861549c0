package dev.phaseline.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Statements of one connection, each prepared at its first use and closed with the others: some
/// drivers compile a statement each time that it is prepared. Used by one thread at a time.
final class PreparedOnce implements AutoCloseable {
  private final Connection connection;
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  PreparedOnce(Connection connection) {
    this.connection = connection;
  }

  /// The statement of a text; its user sets all parameters, and closes its results.
  PreparedStatement of(String sql) throws SQLException {
    var known = statements.get(sql);
    if (known != null) return known;
    var prepared = connection.prepareStatement(sql);
    statements.put(sql, prepared);
    return prepared;
  }

  @Override
  public void close() throws SQLException {
    SQLException failure = null;
    for (var statement : statements.values()) failure = closed(statement, failure);
    statements.clear();
    if (failure != null) throw failure;
  }

  private static @Nullable SQLException closed(
      PreparedStatement statement, @Nullable SQLException before) {
    try {
      statement.close();
      return before;
    } catch (SQLException failed) {
      if (before == null) return failed;
      before.addSuppressed(failed);
      return before;
    }
  }
}
