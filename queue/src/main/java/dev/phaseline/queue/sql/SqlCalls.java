package dev.phaseline.queue.sql;

import dev.phaseline.queue.QueueUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Calls of the database: a connection for each, the tables made before the first one, a retry when
/// others were in the way. Thread-safe.
final class SqlCalls {
  private static final int TRIES_MAX = 5;
  private static final long PAUSE_MS = 20;

  /// A use of a connection.
  ///
  /// @param <R> what it gives
  @FunctionalInterface
  interface Call<R> {
    R with(Connection connection, SqlDialect dialect) throws SQLException;
  }

  private final DataSource source;

  /// Known once the tables are there.
  private final AtomicReference<@Nullable SqlDialect> known = new AtomicReference<>();

  SqlCalls(DataSource source) {
    this.source = source;
  }

  /// The result of one statement, or of several that need not be one transaction.
  ///
  /// @param queue for messages
  <R> R call(String queue, Call<R> call) {
    return tried(queue, true, call);
  }

  /// The result of statements that happen together or not at all.
  ///
  /// @param queue for messages
  <R> R together(String queue, Call<R> call) {
    return tried(queue, false, call);
  }

  private <R> R tried(String queue, boolean each, Call<R> call) {
    for (var attempt = 1; ; attempt++) {
      var dialect = known.get();
      try (var connection = source.getConnection()) {
        if (dialect == null) dialect = prepared(connection);
        return each ? each(connection, dialect, call) : together(connection, dialect, call);
      } catch (SQLException failed) {
        var again = dialect != null && dialect.isWorthRetrying(failed) && attempt < TRIES_MAX;
        if (!again || !pause(attempt)) throw unavailable(queue, failed);
      }
    }
  }

  private static <R> R each(Connection connection, SqlDialect dialect, Call<R> call)
      throws SQLException {
    connection.setAutoCommit(true);
    return call.with(connection, dialect);
  }

  private static <R> R together(Connection connection, SqlDialect dialect, Call<R> call)
      throws SQLException {
    connection.setAutoCommit(false);
    try {
      var result = call.with(connection, dialect);
      connection.commit();
      return result;
    } catch (SQLException | RuntimeException | Error failed) {
      rollBack(connection, failed);
      throw failed;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static void rollBack(Connection connection, Throwable because) {
    try {
      connection.rollback();
    } catch (SQLException alsoFailed) {
      because.addSuppressed(alsoFailed);
    }
  }

  /// @return false when the thread was interrupted
  private static boolean pause(int attempt) {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS * attempt);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /// The dialect, when the tables are there. They are looked for first: a program without the right
  /// to make tables works on those that an administrator made.
  private SqlDialect prepared(Connection connection) throws SQLException {
    var dialect = SqlDialect.of(connection);
    connection.setAutoCommit(true);
    if (!areThere(connection)) create(connection, dialect);
    known.set(dialect);
    return dialect;
  }

  private static boolean areThere(Connection connection) {
    try (var statement = connection.createStatement()) {
      for (var table : new String[] {"", "_item", "_dead"}) {
        statement.executeQuery("SELECT 1 FROM phaseline_queue" + table + " LIMIT 1").close();
      }
      return true;
    } catch (SQLException missing) { // or worse: making them will tell
      return false;
    }
  }

  /// Two that make the same table at once can be in each other's way, `IF NOT EXISTS` or not: then
  /// one of them has made it.
  private static void create(Connection connection, SqlDialect dialect) throws SQLException {
    for (var table : dialect.tables()) {
      for (var attempt = 1; ; attempt++) {
        try (var statement = connection.createStatement()) {
          statement.execute(table);
          break;
        } catch (SQLException failed) {
          if (attempt == TRIES_MAX || !pause(attempt)) throw failed;
        }
      }
    }
  }

  private static QueueUnavailableException unavailable(String queue, SQLException failed) {
    return new QueueUnavailableException(
        queue, "its database failed: " + failed.getMessage(), failed);
  }

  /// Number of rows that a statement has changed.
  static int update(Connection connection, String sql, Object... parameters) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      bind(statement, parameters);
      return statement.executeUpdate();
    }
  }

  static void bind(PreparedStatement statement, @Nullable Object... parameters)
      throws SQLException {
    for (var i = 0; i < parameters.length; i++) statement.setObject(i + 1, parameters[i]);
  }
}
