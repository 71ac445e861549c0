package dev.phaseline.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// One full run of a source over a synchronized table: it lists all rows, and what it did not see
/// is deleted at its end, never more than a share of the table without an operator's approval.
///
/// ```java
/// var cities = SyncTable.of("city").key("id").revision("rev").seen("seen").columns("name");
///
/// // in a handler, for each row that the source lists
/// Reconciliation.of(cities, listed.run()).upsert(connection, id, values, revision);
///
/// // when the job has ended
/// var result = Reconciliation.of(cities, run).finish(dataSource, RunEnd.of(job, state, dead));
/// ```
///
/// A run is known by its revision: the source's position when the listing began, on the same scale
/// as the revisions of rows, so that the listing has every change up to it. If in doubt, choose a
/// lower one: it deletes less. The row's column [SyncTable#seen] keeps the latest run that saw it.
/// Rows that changed after the run's revision are left alone, and a deletion has the run's
/// revision, so older changes that come later are stale.
///
/// Each step can be repeated: rows may come twice, runs may overlap, and an end that was cut off
/// goes on where it was. A run that has listed something is not begun again under its revision if
/// the listing may differ. Immutable, so thread-safe.
public final class Reconciliation {
  /// The part of a table that a run may delete by default.
  public static final double SHARE_MAX_DEFAULT = 0.1;

  private final SyncTable table;
  private final long revision;
  private final double shareMax;
  private final long approved;

  private Reconciliation(SyncTable table, long revision, double shareMax, long approved) {
    this.table = table;
    this.revision = revision;
    this.shareMax = shareMax;
    this.approved = approved;
  }

  /// A run that may delete up to a tenth of the rows.
  ///
  /// @param table with a column for [SyncTable#seen]
  /// @param revision the run's, 0 or more
  /// @throws IllegalArgumentException when the table has no such column, or the revision is
  ///   negative
  public static Reconciliation of(SyncTable table, long revision) {
    if (table.shape().seen() == null) {
      throw new IllegalArgumentException(
          "the table "
              + table.shape().table()
              + " has no column for the run that saw a row: add a BIGINT column to it, and name it"
              + " with SyncTable.seen");
    }
    if (revision < 0) throw new IllegalArgumentException("the revision is negative: " + revision);
    return new Reconciliation(table, revision, SHARE_MAX_DEFAULT, 0);
  }

  /// This run with another share of rows that it may delete without an approval.
  ///
  /// @param share from 0 (none) to 1 (all)
  public Reconciliation withShareMax(double share) {
    if (share >= 0 && share <= 1) return new Reconciliation(table, revision, share, approved);
    throw new IllegalArgumentException("the share is not from 0 to 1: " + share);
  }

  /// This run with an operator's approval to delete so many rows, if that is more than the share: a
  /// number, so that it does not approve more than the operator has looked at.
  ///
  /// @param rows at most, 0 or more
  public Reconciliation approving(long rows) {
    if (rows < 0) throw new IllegalArgumentException("the approved rows are negative: " + rows);
    return new Reconciliation(table, revision, shareMax, rows);
  }

  /// Inserts or updates a row that the run lists, and notes that it was seen, whatever the result.
  /// A row that was deleted before the run's revision is there again, also with an older content.
  ///
  /// @param since the revision of these values, as in changes of the row that come otherwise
  /// @throws IllegalArgumentException as with [SyncTable#upsert]
  /// @throws SQLException as with [SyncTable#upsert]
  public SyncResult upsert(
      Connection connection, Object id, Map<String, ? extends @Nullable Object> values, long since)
      throws SQLException {
    try (var writer = table.on(connection)) {
      return writer.upsert(id, values, since, revision);
    }
  }

  /// Inserts or updates a row of a source that has no revisions: the values have the run's.
  ///
  /// @throws IllegalArgumentException as with [SyncTable#upsert]
  /// @throws SQLException as with [SyncTable#upsert]
  public SyncResult upsert(
      Connection connection, Object id, Map<String, ? extends @Nullable Object> values)
      throws SQLException {
    return upsert(connection, id, values, revision);
  }

  /// As [#finish(DataSource, RunEnd, Runnable)], without signs of life.
  public ReconcileResult finish(DataSource source, RunEnd end) throws SQLException {
    return finish(source, end, () -> {});
  }

  /// Ends the run: deletes the rows that it did not see, in transactions of up to 200 rows. An end
  /// that fails or is killed has deleted some of them, and none that it should not; the next call
  /// goes on. After the end, a further call deletes nothing.
  ///
  /// @param source whose connections are in no transaction; a conflict with other transactions is
  ///   tried again
  /// @param end the end of the job, or of all jobs, that listed rows
  /// @param heartbeat runs after each transaction: [dev.phaseline.core.PhaseContext#heartbeat] in a
  ///   handler
  /// @throws SQLException the database's; also when the key column is of a type whose values are no
  ///   certain texts (`CHAR`, decimals, binary and times)
  public ReconcileResult finish(DataSource source, RunEnd end, Runnable heartbeat)
      throws SQLException {
    var failure = end.failure();
    if (failure != null) return new ReconcileResult.Incomplete(failure);
    return new UnseenRows(table, revision, source, heartbeat).delete(shareMax, approved);
  }
}
