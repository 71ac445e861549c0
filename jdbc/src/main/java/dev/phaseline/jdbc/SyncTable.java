package dev.phaseline.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A table that mirrors a source: each row has the revision that it came with, and changes that
/// come twice, late or in another order lead to the same rows.
///
/// ```java
/// var cities = SyncTable.of("city").key("id").revision("rev").columns("name", "population");
///
/// cities.upsert(connection, 7, Map.of("name", "Bern", "population", 134_794), revision);
/// cities.delete(connection, 7, revision);
/// ```
///
/// Revisions come from the source: a number or time that grows with each change of a row, and is
/// not given to two changes. They are 0 or more. A deletion leaves a tombstone in the table
/// `phaseline_tombstone`, so that an older change that comes later can't bring the row back.
///
/// Every change runs in the caller's transaction, on any isolation from `READ COMMITTED` on, and
/// locks its row. Values are those that the driver's `setObject` takes. Immutable, so thread-safe.
public final class SyncTable {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
  private static final int KEY_CHARS_MAX = 200;
  private static final int TRIES_MAX = 5;
  private static final String DUPLICATE = "23";

  private final String table;
  private final String key;
  private final String revision;
  private final List<String> columns;
  private final InstantSource clock;

  private SyncTable(
      String table, String key, String revision, List<String> columns, InstantSource clock) {
    this.table = checked("table", table);
    this.key = checked("key column", key);
    this.revision = checked("revision column", revision);
    this.columns = List.copyOf(columns);
    this.clock = clock;
    var names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.add(key);
    if (!names.add(revision)) throw twice(revision);
    for (var column : columns) if (!names.add(checked("column", column))) throw twice(column);
  }

  private static String checked(String what, String name) {
    if (NAME.matcher(name).matches()) return name;
    throw new IllegalArgumentException(
        "the " + what + " '" + name + "' is no name of letters, digits and underscores");
  }

  private static IllegalArgumentException twice(String column) {
    return new IllegalArgumentException("the column '" + column + "' is named twice");
  }

  /// A table with the key column `id`, the revision column `revision` and no others.
  public static SyncTable of(String table) {
    return new SyncTable(table, "id", "revision", List.of(), InstantSource.system());
  }

  /// This table with another key column, which must be unique in it.
  public SyncTable key(String column) {
    return new SyncTable(table, column, revision, columns, clock);
  }

  /// This table with another revision column, a `BIGINT`.
  public SyncTable revision(String column) {
    return new SyncTable(table, key, column, columns, clock);
  }

  /// This table with these columns for content. Others of the table are left alone.
  public SyncTable columns(String... names) {
    return new SyncTable(table, key, revision, List.of(names), clock);
  }

  /// This table on another clock, which dates tombstones.
  public SyncTable withClock(InstantSource another) {
    return new SyncTable(table, key, revision, columns, another);
  }

  /// Removes the tombstones of rows that were deleted before a time: an older change of such a row
  /// that comes after this brings the row back.
  ///
  /// @param before earlier than the oldest change that can still come
  /// @return how many
  public int purge(Connection connection, Instant before) throws SQLException {
    return Tombstones.purge(connection, table, before.toEpochMilli());
  }

  /// Inserts or updates a row.
  ///
  /// @param id the key
  /// @param values of each content column
  /// @param since the revision of these values
  /// @throws IllegalArgumentException when a value is missing or has no column, the key is null or
  ///   longer than 200 characters, or the revision is negative
  /// @throws SQLException the database's
  public SyncResult upsert(
      Connection connection, Object id, Map<String, ? extends @Nullable Object> values, long since)
      throws SQLException {
    check(id, since);
    if (!values.keySet().equals(Set.copyOf(columns))) {
      throw new IllegalArgumentException(
          "values are for "
              + new TreeSet<>(values.keySet())
              + ", the columns of "
              + table
              + " are "
              + new TreeSet<>(columns));
    }
    var row = new ArrayList<@Nullable Object>();
    for (var column : columns) row.add(values.get(column));
    var in = new In(connection, SqlDialect.of(connection));
    for (var attempt = 1; attempt <= TRIES_MAX; attempt++) {
      var there = in.look(id, row);
      var result = there == null ? in.insert(id, row, since) : in.update(there, id, row, since);
      if (result != null) return result;
    }
    throw new SQLException("the row " + id + " of " + table + " comes and goes", "40001");
  }

  /// Deletes a row, and leaves a tombstone whether it was there or not.
  ///
  /// @param id the key
  /// @param since the revision of the deletion
  /// @throws IllegalArgumentException as with [#upsert]
  /// @throws SQLException the database's
  public SyncResult delete(Connection connection, Object id, long since) throws SQLException {
    check(id, since);
    var in = new In(connection, SqlDialect.of(connection));
    var tombstone = new Tombstones(connection, in.dialect, table, clock.millis());
    var buried = tombstone.lock(id.toString());
    var there = in.look(id, null);
    if (there == null) {
      if (buried > since) return SyncResult.STALE;
      tombstone.set(id.toString(), since);
      return SyncResult.UNCHANGED;
    }
    if (there.revision >= since) {
      if (buried == Tombstones.NONE) tombstone.remove(id.toString());
      return there.revision == since ? SyncResult.CONFLICT : SyncResult.STALE;
    }
    in.run("DELETE FROM " + table + " WHERE " + key + " = ?", List.of(), id);
    tombstone.set(id.toString(), since);
    return SyncResult.DELETED;
  }

  private void check(@Nullable Object id, long since) {
    if (id == null) throw new IllegalArgumentException("the key of a row of " + table + " is null");
    if (id.toString().length() > KEY_CHARS_MAX) {
      throw new IllegalArgumentException(
          "the key of a row of " + table + " has more than " + KEY_CHARS_MAX + " characters");
    }
    if (since < 0) throw new IllegalArgumentException("the revision is negative: " + since);
  }

  /// State of a row that is there.
  ///
  /// @param revision its own
  /// @param isSame whether it has the values that it was compared with
  private record There(long revision, boolean isSame) {}

  /// The table in one transaction.
  private final class In {
    final Connection connection;
    final SqlDialect dialect;

    In(Connection connection, SqlDialect dialect) {
      this.connection = connection;
      this.dialect = dialect;
    }

    /// The row, locked until the transaction ends; null when it is not there.
    ///
    /// @param row what it is compared with; null for nothing
    @Nullable There look(Object id, @Nullable List<@Nullable Object> row) throws SQLException {
      var same = new ArrayList<String>();
      if (row != null) {
        for (var i = 0; i < row.size(); i++) {
          same.add(dialect.same(columns.get(i), row.get(i) instanceof String));
        }
      }
      var sql =
          "SELECT "
              + revision
              + ", CASE WHEN "
              + (same.isEmpty() ? "1 = 1" : String.join(" AND ", same))
              + " THEN 1 ELSE 0 END FROM "
              + table
              + " WHERE "
              + key
              + " = ?"
              + dialect.rowLock();
      try (var statement = connection.prepareStatement(sql)) {
        bind(statement, row == null ? List.of() : row, id);
        try (var rows = statement.executeQuery()) {
          if (!rows.next()) return null;
          var there = new There(rows.getLong(1), rows.getInt(2) == 1);
          if (!rows.next()) return there;
        }
      }
      throw new SQLException(
          "the column " + key + " of " + table + " is not unique: " + id + " is there twice");
    }

    /// @return null when another transaction has inserted it meanwhile
    @Nullable SyncResult insert(Object id, List<@Nullable Object> row, long since)
        throws SQLException {
      var tombstone = new Tombstones(connection, dialect, table, clock.millis());
      var buried = tombstone.lock(id.toString());
      if (buried > since) return SyncResult.STALE;
      if (buried == since) return SyncResult.CONFLICT;
      var names = new ArrayList<>(columns);
      names.add(revision);
      names.add(key);
      var sql =
          "INSERT INTO "
              + table
              + " ("
              + String.join(", ", names)
              + ") VALUES (?"
              + ", ?".repeat(names.size() - 1)
              + ')'
              + dialect.unlessThere(key);
      var values = new ArrayList<@Nullable Object>(row);
      values.add(since);
      if (!inserted(sql, values, id)) return null;
      tombstone.remove(id.toString());
      return SyncResult.INSERTED;
    }

    private boolean inserted(String sql, List<@Nullable Object> values, Object id)
        throws SQLException {
      try {
        return run(sql, values, id) == 1;
      } catch (SQLException failed) {
        var isDuplicate =
            dialect.unlessThere(key).isEmpty()
                && String.valueOf(failed.getSQLState()).startsWith(DUPLICATE)
                && look(id, null) != null;
        if (isDuplicate) return false;
        throw failed;
      }
    }

    SyncResult update(There there, Object id, List<@Nullable Object> row, long since)
        throws SQLException {
      if (there.revision > since) return SyncResult.STALE;
      if (there.revision == since) {
        return there.isSame ? SyncResult.UNCHANGED : SyncResult.CONFLICT;
      }
      var names = new ArrayList<>(columns);
      names.add(revision);
      var sql =
          "UPDATE " + table + " SET " + String.join(" = ?, ", names) + " = ? WHERE " + key + " = ?";
      var values = new ArrayList<@Nullable Object>(row);
      values.add(since);
      run(sql, values, id);
      return there.isSame ? SyncResult.UNCHANGED : SyncResult.UPDATED;
    }

    int run(String sql, List<? extends @Nullable Object> values, Object id) throws SQLException {
      try (var statement = connection.prepareStatement(sql)) {
        bind(statement, values, id);
        return statement.executeUpdate();
      }
    }

    private void bind(
        PreparedStatement statement, List<? extends @Nullable Object> values, Object id)
        throws SQLException {
      var place = 0;
      for (var value : values) statement.setObject(++place, value);
      statement.setObject(++place, id);
    }
  }
}
