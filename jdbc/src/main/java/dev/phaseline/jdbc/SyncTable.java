package dev.phaseline.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
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
/// `phaseline_tombstone`, so that an older change that comes later can't bring the row back. Full
/// runs, which list the source whole, are a [Reconciliation]'s.
///
/// Every change runs in the caller's transaction, on any isolation from `READ COMMITTED` on, and
/// locks its row. Values are those that the driver's `setObject` takes. Immutable, so thread-safe.
public final class SyncTable {
  private final SyncShape shape;
  private final InstantSource clock;
  private final Map<SqlDialect, SyncSql> statements = new ConcurrentHashMap<>();

  private SyncTable(SyncShape shape, InstantSource clock) {
    this.shape = shape;
    this.clock = clock;
  }

  /// A table with the key column `id`, the revision column `revision` and no others.
  ///
  /// @throws IllegalArgumentException when a name is anything but letters, digits and underscores,
  ///   or a column is named twice; so do the methods that name columns
  public static SyncTable of(String table) {
    var shape = new SyncShape(table, "id", "revision", List.of(), null, null);
    return new SyncTable(shape, InstantSource.system());
  }

  private SyncTable with(
      String key,
      String revision,
      List<String> columns,
      @Nullable String seen,
      @Nullable String gone) {
    return new SyncTable(new SyncShape(shape.table(), key, revision, columns, seen, gone), clock);
  }

  /// This table with another key column, which must be unique in it.
  public SyncTable key(String column) {
    return with(column, shape.revision(), shape.columns(), shape.seen(), shape.gone());
  }

  /// This table with another revision column, a `BIGINT`.
  public SyncTable revision(String column) {
    return with(shape.key(), column, shape.columns(), shape.seen(), shape.gone());
  }

  /// This table with these columns for content. Others of the table are left alone.
  public SyncTable columns(String... names) {
    return with(shape.key(), shape.revision(), List.of(names), shape.seen(), shape.gone());
  }

  /// This table with a column for the latest full run that saw a row, a `BIGINT` that may be null.
  /// A [Reconciliation] needs it.
  public SyncTable seen(String column) {
    return with(shape.key(), shape.revision(), shape.columns(), column, shape.gone());
  }

  /// This table with deletions that keep the row: they write their revision into this column, a
  /// `BIGINT` that is null in rows that are there. A change with a higher revision, or a later full
  /// run, makes it null again.
  public SyncTable gone(String column) {
    return with(shape.key(), shape.revision(), shape.columns(), shape.seen(), column);
  }

  /// This table on another clock, which dates tombstones.
  public SyncTable withClock(InstantSource another) {
    return new SyncTable(shape, another);
  }

  SyncShape shape() {
    return shape;
  }

  SyncSql sql(SqlDialect dialect) {
    return statements.computeIfAbsent(dialect, one -> new SyncSql(shape, one));
  }

  /// The changes of this table through a connection, for many rows in a loop.
  ///
  /// @throws SQLException when the database is none of [SqlDialect]
  public SyncWriter on(Connection connection) throws SQLException {
    return new SyncWriter(sql(SqlDialect.of(connection)), connection, clock);
  }

  /// Removes the tombstones of rows that were deleted before a time: an older change of such a row
  /// that comes after this brings the row back. Rows that are kept as deleted stay.
  ///
  /// @param before earlier than the oldest change that can still come
  /// @return how many
  public int purge(Connection connection, Instant before) throws SQLException {
    return Tombstones.purge(connection, shape.table(), before.toEpochMilli());
  }

  /// Inserts or updates a row.
  ///
  /// @param id the key
  /// @param values of each content column
  /// @param since the revision of these values
  /// @throws IllegalArgumentException when a value is missing or has no column, the key is null, an
  ///   array, or longer than 200 characters, or the revision is negative
  /// @throws SQLException the database's; also when a row of this key is there twice, or without a
  ///   revision
  public SyncResult upsert(
      Connection connection, Object id, Map<String, ? extends @Nullable Object> values, long since)
      throws SQLException {
    try (var writer = on(connection)) {
      return writer.upsert(id, values, since);
    }
  }

  /// Deletes a row, and leaves a tombstone whether it was there or not.
  ///
  /// @param id the key
  /// @param since the revision of the deletion
  /// @throws IllegalArgumentException as with [#upsert]
  /// @throws SQLException as with [#upsert]
  public SyncResult delete(Connection connection, Object id, long since) throws SQLException {
    try (var writer = on(connection)) {
      return writer.delete(id, since);
    }
  }
}
