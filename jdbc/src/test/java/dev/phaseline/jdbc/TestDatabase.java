package dev.phaseline.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// A database for tests: its address, and a pool of connections to it.
///
/// @param url its JDBC address
/// @param pool ten connections
/// @param dialect its kind
/// @param server what runs it
public record TestDatabase(String url, HikariDataSource pool, SqlDialect dialect, Closeable server)
    implements Closeable {

  public static TestDatabase of(String url, SqlDialect dialect, Closeable server) {
    return new TestDatabase(url, pool(url, 10), dialect, server);
  }

  public static HikariDataSource pool(String url, int connections) {
    var config = new HikariConfig();
    config.setJdbcUrl(url);
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(5_000);
    return new HikariDataSource(config);
  }

  public void execute(String... statements) throws SQLException {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement()) {
      for (var sql : statements) statement.execute(sql);
    }
  }

  public long number(String query) throws SQLException {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /// Empty tables of the library, and no others of these names.
  public void reset(String... others) throws SQLException {
    var statements = new ArrayList<>(List.of("DROP TABLE IF EXISTS phaseline_effect"));
    statements.add("DROP TABLE IF EXISTS phaseline_schema");
    statements.add("DROP TABLE IF EXISTS phaseline_tombstone");
    for (var table : others) statements.add("DROP TABLE IF EXISTS " + table);
    statements.addAll(dialect.schema());
    execute(statements.toArray(String[]::new));
  }

  @Override
  public void close() throws IOException {
    pool.close();
    server.close();
  }
}
