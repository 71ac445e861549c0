package dev.phaseline.examples.cities;

import dev.phaseline.core.DependencyDownException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Classification of the database's errors: that it can't now, that it won't ever, or something
/// unheard of.
final class SqlFailure {
  private static final int PRIMARY = 0xff; // SQLite puts details into the higher bits

  private SqlFailure() {}

  /// Exception to throw instead: a [DependencyDownException] when the database can't now.
  static SQLException sorted(Path file, SQLException failed) {
    var remedy = remedy(failed);
    if (remedy == null) return failed;
    throw new DependencyDownException(
        "the city database " + file + ": " + remedy + " (" + deepest(failed) + ')', failed);
  }

  /// Whether the table refuses the values, now and ever.
  static boolean isRefusal(SQLException failed) {
    return code(failed) == SQLiteErrorCode.SQLITE_CONSTRAINT.code
        || code(failed) == SQLiteErrorCode.SQLITE_MISMATCH.code
        || code(failed) == SQLiteErrorCode.SQLITE_TOOBIG.code;
  }

  /// Rolls back what is open. A full disk makes SQLite end the transaction by itself, which its
  /// driver does not notice; then the driver gets another one to end.
  static void rollBack(Connection connection) throws SQLException {
    try {
      connection.rollback();
    } catch (SQLException ended) {
      try (var statement = connection.createStatement()) {
        statement.execute("BEGIN");
      }
      connection.rollback();
    }
  }

  /// Remedy for an operator, when the database is unavailable; null when it is another failure.
  private static @Nullable String remedy(SQLException failed) {
    if (failed instanceof SQLTransientConnectionException) {
      return "no connection came free in time; is another program holding the file?";
    }
    return switch (SQLiteErrorCode.getErrorCode(code(failed))) {
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL ->
          "another program holds a lock on it; end that, it will be tried again";
      case SQLITE_FULL -> "the disk is full; make room, it will be tried again";
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH, SQLITE_CANTOPEN ->
          "it can't be opened for writing; check the path, its folder and their rights";
      case SQLITE_IOERR, SQLITE_NOMEM, SQLITE_INTERRUPT ->
          "reading or writing failed; check the disk";
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          "the file is damaged or no database; move it away or restore it";
      default -> null;
    };
  }

  private static int code(SQLException failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLiteException sqlite) return sqlite.getResultCode().code & PRIMARY;
    }
    return SQLiteErrorCode.SQLITE_OK.code;
  }

  static String deepest(Throwable failed) {
    var cause = failed;
    while (cause.getCause() != null) cause = cause.getCause();
    return String.valueOf(cause.getMessage());
  }
}
