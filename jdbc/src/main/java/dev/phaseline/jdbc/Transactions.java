package dev.phaseline.jdbc;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.jdbc.SqlFailures.Meaning;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Transactions of a data source, which is looked at before the first one: the database's kind,
/// whether it takes writes, whether the tables are there. Thread-safe.
final class Transactions {
  private final DataSource source;
  private final SqlOptions options;
  private final InstantSource clock;
  private final AtomicReference<@Nullable SqlDialect> known = new AtomicReference<>();
  private final AtomicReference<@Nullable CompletableFuture<SqlDialect>> look =
      new AtomicReference<>();

  Transactions(DataSource source, SqlOptions options, InstantSource clock) {
    this.source = source;
    this.options = options;
    this.clock = clock;
  }

  SqlOptions options() {
    return options;
  }

  /// Now, in milliseconds since 1970.
  long nowMs() {
    return clock.millis();
  }

  /// The database's kind. While one thread looks at the database, others wait for what it finds.
  ///
  /// @throws DependencyDownException when it can't be used, with the remedy
  SqlDialect dialect() {
    var dialect = known.get();
    if (dialect != null) return dialect;
    var own = new CompletableFuture<SqlDialect>();
    var others = look.compareAndExchange(null, own);
    if (others != null) return found(others);
    try {
      dialect = looked();
      known.set(dialect);
      own.complete(dialect);
      return dialect;
    } catch (Throwable failed) {
      own.completeExceptionally(failed);
      throw failed;
    } finally {
      look.set(null);
    }
  }

  private static SqlDialect found(CompletableFuture<SqlDialect> look) {
    try {
      return look.join();
    } catch (CompletionException failed) {
      var cause = failed.getCause();
      throw cause instanceof DependencyDownException down
          ? new DependencyDownException(String.valueOf(down.getMessage()), down)
          : failed;
    }
  }

  private SqlDialect looked() {
    SqlDialect dialect = null;
    try (var connection = connection()) {
      dialect = SqlDialect.of(connection);
      try (var transaction = new Transaction(connection)) {
        prepare(transaction.connection(), dialect);
        transaction.commit();
      }
      return dialect;
    } catch (SQLException failed) {
      throw down(dialect == null ? Meaning.CONNECTION : SqlFailures.of(dialect, failed), failed);
    }
  }

  private void prepare(Connection connection, SqlDialect dialect) throws SQLException {
    if (connection.isReadOnly()) {
      throw new DependencyDownException(
          "the data source gives connections that only read: give it the primary server, and no"
              + " read-only option");
    }
    var version = EffectTable.version(connection);
    if (version.isEmpty() && options.makesTables()) {
      EffectTable.create(connection, dialect);
      version = EffectTable.version(connection);
    }
    if (version.isEmpty()) {
      throw new DependencyDownException(
          "the table phaseline_effect is not there: make it by the output of `phaseline jdbc schema"
              + " --dialect "
              + dialect.text()
              + "`, or by SqlOptions.makingTables()");
    }
    if (version.get() == SqlDialect.SCHEMA_VERSION) return;
    throw new DependencyDownException(
        "the table phaseline_effect is of version "
            + version.get()
            + ", this library knows version "
            + SqlDialect.SCHEMA_VERSION
            + ": use the release of Phaseline that goes with it");
  }

  /// A new transaction. What was open on the connection is rolled back first, never committed with
  /// it.
  Transaction begin() throws SQLException {
    return new Transaction(connection());
  }

  private Connection connection() throws SQLException {
    var connection = source.getConnection();
    if (connection != null) return connection;
    throw new SQLException("the data source gave no connection");
  }

  /// The failure of a phase whose database can't be used now.
  static DependencyDownException down(Meaning meaning, Throwable failed) {
    var sql = SqlFailures.sqlIn(failed);
    return new DependencyDownException(
        "the phase's database can't be used: "
            + (sql == null ? failed : sql).getMessage()
            + "; "
            + SqlFailures.remedy(meaning),
        failed);
  }
}
