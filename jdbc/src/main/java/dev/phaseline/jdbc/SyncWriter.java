package dev.phaseline.jdbc;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Changes of a synchronized table through one connection, with statements that are prepared once:
/// for many rows in a loop. What a change does and what it refuses is the same as with
/// [SyncTable#upsert] and [SyncTable#delete], which make one of these for each row.
///
/// ```java
/// try (var writer = cities.on(connection)) {
///   for (var city : batch) writer.upsert(city.id(), city.values(), city.revision());
/// }
/// ```
///
/// Transactions are the caller's to begin and end; a writer outlives them. Used by one thread at a
/// time; the connection stays open when it is closed.
public final class SyncWriter implements AutoCloseable {
  /// The revision of a change that no full run brings.
  static final long NO_RUN = -1;

  private static final int KEY_CHARS_MAX = 200;
  private static final int TRIES_MAX = 5;
  private static final String DUPLICATE = "23";

  private final SyncSql sql;
  private final SyncShape shape;
  private final PreparedOnce statements;
  private final Tombstones tombstones;

  SyncWriter(SyncSql sql, Connection connection, InstantSource clock) {
    this.sql = sql;
    this.shape = sql.shape();
    this.statements = new PreparedOnce(connection);
    this.tombstones = new Tombstones(statements, sql.dialect(), shape.table(), clock);
  }

  /// Inserts or updates a row, as [SyncTable#upsert] does.
  public SyncResult upsert(Object id, Map<String, ? extends @Nullable Object> values, long since)
      throws SQLException {
    return upsert(id, values, since, NO_RUN);
  }

  /// Deletes a row, as [SyncTable#delete] does.
  public SyncResult delete(Object id, long since) throws SQLException {
    return delete(id, since, Long.MAX_VALUE);
  }

  /// As [Tombstones#becomeWriter]: for a transaction that reads before its first change.
  void becomeWriter() throws SQLException {
    tombstones.becomeWriter();
  }

  /// Closes the statements.
  @Override
  public void close() throws SQLException {
    statements.close();
  }

  /// Inserts or updates a row that a full run lists.
  ///
  /// @param run the run's revision, at which the row was there; [#NO_RUN] for none
  SyncResult upsert(Object id, Map<String, ? extends @Nullable Object> values, long since, long run)
      throws SQLException {
    var change = new Change(id, keyText(id, since), row(values), since, run);
    tombstones.becomeWriter();
    for (var attempt = 1; attempt <= TRIES_MAX; attempt++) {
      var there = look(id, change.row);
      var result = there == null ? insert(change) : update(there, change);
      if (result != null) return result;
    }
    throw new SQLException("the row " + id + " of " + shape.table() + " comes and goes", "40001");
  }

  /// Deletes a row, unless a full run has seen it.
  ///
  /// @param unlessSeenBy the revision of the run, or of an earlier one
  SyncResult delete(Object id, long since, long unlessSeenBy) throws SQLException {
    var key = keyText(id, since);
    tombstones.becomeWriter();
    var buried = tombstones.lock(key);
    var there = look(id, null);
    if (there == null) {
      if (buried > since) return SyncResult.STALE;
      tombstones.set(key, since);
      return SyncResult.UNCHANGED;
    }
    if (there.isGone) {
      tombstones.remove(key, buried);
      if (there.revision > since) return SyncResult.STALE;
      keep(id, since);
      return SyncResult.UNCHANGED;
    }
    if (there.revision >= since || there.seen >= unlessSeenBy) {
      if (buried == Tombstones.NONE) tombstones.remove(key, buried);
      return there.revision == since ? SyncResult.CONFLICT : SyncResult.STALE;
    }
    if (shape.gone() == null) {
      run(sql.delete(), List.of(), id);
      tombstones.set(key, since);
    } else {
      keep(id, since); // the row is its own tombstone
      tombstones.remove(key, buried);
    }
    return SyncResult.DELETED;
  }

  private void keep(Object id, long since) throws SQLException {
    run(sql.flag(), List.of(since, since), id);
  }

  private String keyText(@Nullable Object id, long since) {
    if (since < 0) throw new IllegalArgumentException("the revision is negative: " + since);
    var row = "the key of a row of " + shape.table();
    if (id == null) throw new IllegalArgumentException(row + " is null");
    if (id.getClass().isArray()) {
      throw new IllegalArgumentException(row + " is an array, which is no text: use another key");
    }
    var text =
        id instanceof BigDecimal number
            ? number.stripTrailingZeros().toPlainString()
            : id.toString();
    if (text.length() <= KEY_CHARS_MAX) return text;
    throw new IllegalArgumentException(row + " has more than " + KEY_CHARS_MAX + " characters");
  }

  private List<@Nullable Object> row(Map<String, ? extends @Nullable Object> values) {
    var row = new ArrayList<@Nullable Object>(shape.columns().size());
    for (var column : shape.columns()) {
      if (!values.containsKey(column)) throw others(values);
      row.add(values.get(column));
    }
    if (values.size() != row.size()) throw others(values);
    return row;
  }

  private IllegalArgumentException others(Map<String, ? extends @Nullable Object> values) {
    return new IllegalArgumentException(
        "values are for "
            + new TreeSet<>(values.keySet())
            + ", the columns of "
            + shape.table()
            + " are "
            + new TreeSet<>(shape.columns()));
  }

  /// A change that brings a row's content.
  ///
  /// @param key its id as text
  /// @param since the revision of the content
  /// @param run the revision at which a full run saw the row
  private record Change(Object id, String key, List<@Nullable Object> row, long since, long run) {

    /// The revision that it gives to a row that was deleted: what a later run sees is there again,
    /// and nothing up to the run is newer.
    long after(long deletion) {
      return since <= deletion && run > deletion ? run : since;
    }
  }

  /// State of a row that is there.
  ///
  /// @param revision its own
  /// @param isSame whether it has the values that it was compared with
  /// @param seen the latest full run that saw it; -1 for none
  /// @param isGone whether it is kept as deleted
  private record There(long revision, boolean isSame, long seen, boolean isGone) {}

  /// The row, locked until the transaction ends; null when it is not there.
  ///
  /// @param row what it is compared with; null for nothing
  private @Nullable There look(Object id, @Nullable List<@Nullable Object> row)
      throws SQLException {
    var statement = statements.of(sql.look(row));
    bind(statement, row == null ? List.of() : row, id);
    try (var rows = statement.executeQuery()) {
      if (!rows.next()) return null;
      var revision = rows.getLong(1);
      if (rows.wasNull()) throw withoutRevision(id);
      var there = new There(revision, rows.getInt(2) == 1, rows.getLong(3), rows.getInt(4) == 1);
      if (!rows.next()) return there;
    }
    throw new SQLException(
        "the column "
            + shape.key()
            + " of "
            + shape.table()
            + " is not unique: "
            + id
            + " is there twice");
  }

  private SQLException withoutRevision(Object id) {
    return new SQLException(
        "the row "
            + id
            + " of "
            + shape.table()
            + " has no revision: give the column "
            + shape.revision()
            + " of rows that were there before a value, 0 for example");
  }

  /// @return null when another transaction has inserted it meanwhile
  private @Nullable SyncResult insert(Change change) throws SQLException {
    var buried = tombstones.lock(change.key);
    var since = change.after(buried);
    if (buried > since) return SyncResult.STALE;
    if (buried == since) return SyncResult.CONFLICT;
    if (!inserted(change, since)) return null;
    tombstones.remove(change.key, buried);
    return SyncResult.INSERTED;
  }

  private boolean inserted(Change change, long since) throws SQLException {
    try {
      return run(sql.insert(), written(change, since, change.run), change.id) == 1;
    } catch (SQLException failed) {
      var isDuplicate =
          sql.dialect().unlessThere(shape.key()).isEmpty()
              && String.valueOf(failed.getSQLState()).startsWith(DUPLICATE)
              && look(change.id, null) != null;
      if (isDuplicate) return false;
      throw failed;
    }
  }

  private SyncResult update(There there, Change change) throws SQLException {
    var since = there.isGone ? change.after(there.revision) : change.since;
    if (there.revision >= since) return left(there, change, since);
    run(sql.update(), written(change, since, Math.max(there.seen, change.run)), change.id);
    if (there.isGone) return SyncResult.INSERTED;
    return there.isSame ? SyncResult.UNCHANGED : SyncResult.UPDATED;
  }

  private SyncResult left(There there, Change change, long since) throws SQLException {
    if (!there.isGone && change.run > there.seen) run(sql.mark(), List.of(change.run), change.id);
    if (there.revision > since) return SyncResult.STALE;
    return there.isSame && !there.isGone ? SyncResult.UNCHANGED : SyncResult.CONFLICT;
  }

  private List<@Nullable Object> written(Change change, long since, long seen) {
    var values = new ArrayList<@Nullable Object>(change.row);
    if (shape.seen() != null) values.add(seen == NO_RUN ? null : (Object) seen);
    values.add(since);
    return values;
  }

  private int run(String text, List<? extends @Nullable Object> values, Object id)
      throws SQLException {
    var statement = statements.of(text);
    bind(statement, values, id);
    return statement.executeUpdate();
  }

  private static void bind(
      PreparedStatement statement, List<? extends @Nullable Object> values, Object id)
      throws SQLException {
    var place = 0;
    for (var value : values) statement.setObject(++place, value);
    statement.setObject(++place, id);
  }
}
