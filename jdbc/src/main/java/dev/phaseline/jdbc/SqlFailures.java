package dev.phaseline.jdbc;

import dev.phaseline.core.Causes;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Meanings of a database's errors, by SQLSTATE where drivers keep to it, and by the vendor's codes
/// where they don't. Without state, so thread-safe.
final class SqlFailures {
  /// Meaning of an error for the item that met it.
  enum Meaning {
    /// Others were in the way: the same transaction may succeed at once.
    CONFLICT,
    /// The connection, or the server, is gone.
    CONNECTION,
    /// The database is there and can't do it now: it takes no writes, or has no room.
    UNABLE,
    /// Something about this item, or about its handler.
    ITEM
  }

  /// The state of a wait for a lock that has ended without it.
  static final String LOCK_NOT_AVAILABLE = "55P03";

  private static final int CAUSES_MAX = 20;
  private static final Set<String> CONFLICTS = Set.of("40001", "40P01", LOCK_NOT_AVAILABLE);

  // cannot connect now, shutdown by an administrator or after a crash, too many connections
  private static final Set<String> NO_SERVER = Set.of("57P01", "57P02", "57P03", "53300");
  private static final Set<String> READ_ONLY = Set.of("25006");

  private static final Set<Integer> MARIADB_CONFLICTS = Set.of(1213, 1205, 1020);
  private static final Set<Integer> MARIADB_GONE = Set.of(1040, 1053, 1927, 2006, 2013, 4031);
  private static final Set<Integer> MARIADB_UNABLE = Set.of(1290, 1836, 1792, 1021, 1114, 3100);
  private static final Set<Integer> MARIADB_TIMEOUTS = Set.of(1969, 3024);
  private static final Set<Integer> H2_CONFLICTS = Set.of(40001, 50200, 90131);
  private static final Set<Integer> H2_GONE = Set.of(90067, 90098, 90121, 90020);
  private static final Set<Integer> H2_UNABLE = Set.of(90097, 90100);

  // by SQLite's primary codes, which are in the low byte
  private static final int SQLITE_PRIMARY = 0xff;
  private static final Set<Integer> SQLITE_CONFLICTS = Set.of(5, 6);
  private static final Set<Integer> SQLITE_UNABLE = Set.of(3, 8, 10, 11, 13, 14, 15, 23, 26);

  private SqlFailures() {}

  /// The database's error in what was thrown; null when there is none.
  static @Nullable SQLException sqlIn(Throwable thrown) {
    var cause = thrown;
    for (var i = 0; cause != null && i < CAUSES_MAX; i++) {
      if (cause instanceof SQLException sql) return sql;
      cause = Causes.causeOf(cause);
    }
    return null;
  }

  /// The meaning of what was thrown while a transaction was open.
  static Meaning of(SqlDialect dialect, Throwable thrown) {
    var failed = sqlIn(thrown);
    if (failed == null) return Meaning.ITEM;
    for (var i = 0; failed != null && i < CAUSES_MAX; i++) {
      var meaning = ofOne(dialect, failed);
      if (meaning != Meaning.ITEM) return meaning;
      failed = causeOf(failed);
    }
    return Meaning.ITEM;
  }

  private static @Nullable SQLException causeOf(SQLException failed) {
    if (failed.getNextException() != null) return failed.getNextException(); // of a batch
    return failed.getCause() instanceof SQLException sql ? sql : null;
  }

  private static Meaning ofOne(SqlDialect dialect, SQLException failed) {
    var state = String.valueOf(failed.getSQLState());
    if (CONFLICTS.contains(state)) return Meaning.CONFLICT;
    var byVendor = byVendor(dialect, failed.getErrorCode());
    if (byVendor != Meaning.ITEM) return byVendor;
    if (READ_ONLY.contains(state)) return Meaning.UNABLE;
    if (isConnections(failed, state)) return Meaning.CONNECTION;
    // insufficient resources, errors of the system
    return state.startsWith("53") || state.startsWith("58") ? Meaning.UNABLE : Meaning.ITEM;
  }

  private static boolean isConnections(SQLException failed, String state) {
    if (failed instanceof SQLTimeoutException) return false;
    return state.startsWith("08")
        || NO_SERVER.contains(state)
        || failed instanceof SQLNonTransientConnectionException
        || failed instanceof SQLTransientConnectionException
        || failed instanceof SQLRecoverableException;
  }

  private static Meaning byVendor(SqlDialect dialect, int code) {
    return switch (dialect) {
      case POSTGRESQL -> Meaning.ITEM; // whose driver gives states alone
      case MARIADB -> byCode(code, MARIADB_CONFLICTS, MARIADB_GONE, MARIADB_UNABLE);
      case SQLITE -> byCode(code & SQLITE_PRIMARY, SQLITE_CONFLICTS, Set.of(), SQLITE_UNABLE);
      case H2 -> byCode(code, H2_CONFLICTS, H2_GONE, H2_UNABLE);
    };
  }

  private static Meaning byCode(
      int code, Set<Integer> conflicts, Set<Integer> gone, Set<Integer> unable) {
    if (conflicts.contains(code)) return Meaning.CONFLICT;
    if (gone.contains(code)) return Meaning.CONNECTION;
    return unable.contains(code) ? Meaning.UNABLE : Meaning.ITEM;
  }

  /// Whether a statement was ended because of its time.
  static boolean isTimeout(SqlDialect dialect, SQLException failed) {
    return failed instanceof SQLTimeoutException
        || "57014".equals(failed.getSQLState())
        || (dialect == SqlDialect.MARIADB && MARIADB_TIMEOUTS.contains(failed.getErrorCode()));
  }

  /// The remedy for a database that can't be used now.
  static String remedy(Meaning meaning) {
    return switch (meaning) {
      case UNABLE ->
          "it takes no writes: point the data source at the primary server, or make room";
      case CONNECTION, CONFLICT, ITEM -> "check that the server runs and has connections left";
    };
  }
}
