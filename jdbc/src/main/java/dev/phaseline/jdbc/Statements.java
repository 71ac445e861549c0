package dev.phaseline.jdbc;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/// Rules for the statements of a handler: which words may not begin one, because they would end the
/// transaction that it shares, and how long each may take. Immutable.
///
/// @param dialect the database's
/// @param timeout of each statement
record Statements(SqlDialect dialect, Duration timeout) {
  private static final Pattern BEFORE =
      Pattern.compile("\\A(?:\\s|--[^\\n]*(?:\\n|\\z)|/\\*.*?\\*/|\\()*", Pattern.DOTALL);
  private static final Pattern WORDS = Pattern.compile("([A-Za-z]+)(?:\\s+([A-Za-z]+))?");
  private static final Set<String> ENDING =
      Set.of("COMMIT", "BEGIN", "START", "END", "ABORT", "XA");
  private static final Set<String> SETTINGS = Set.of("AUTOCOMMIT", "TRANSACTION");
  private static final Set<String> SCHEMA =
      Set.of("CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "GRANT", "REVOKE", "LOCK", "UNLOCK");

  /// Whether a statement with these words would end the transaction.
  boolean endsTransaction(String sql) {
    var before = BEFORE.matcher(sql);
    var words = WORDS.matcher(sql);
    if (!words.find(before.find() ? before.end() : 0)) return false;
    var first = words.group(1).toUpperCase(Locale.ROOT);
    var second = words.group(2) == null ? "" : words.group(2).toUpperCase(Locale.ROOT);
    return ENDING.contains(first)
        || (first.equals("ROLLBACK") && !second.equals("TO"))
        || (first.equals("PREPARE") && second.equals("TRANSACTION"))
        || (first.equals("SET") && SETTINGS.contains(second))
        || (dialect.commitsSchemaChanges()
            && SCHEMA.contains(first)
            && !second.equals("TEMPORARY"));
  }

  /// Bounds the time of a statement.
  void limit(Statement statement) throws SQLException {
    if (dialect.hasStatementTimeouts()) {
      statement.setQueryTimeout((int) Math.min(Integer.MAX_VALUE, timeout.toSeconds()));
    }
  }
}
