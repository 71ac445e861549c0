package dev.phaseline.jdbc;

import dev.phaseline.jdbc.SqlFailures.Meaning;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Rows of a table that a full run did not see, and their deletion, once. Used by one thread.
final class UnseenRows {
  private static final int BATCH_MAX = 200;
  private static final int TRIES_MAX = 20;
  private static final int IDLE_PASSES_MAX = 3;
  private static final long PAUSE_MS = 20;

  private final SyncTable table;
  private final long revision;
  private final DataSource source;
  private final Runnable heartbeat;

  UnseenRows(SyncTable table, long revision, DataSource source, Runnable heartbeat) {
    this.table = table;
    this.revision = revision;
    this.source = source;
    this.heartbeat = heartbeat;
  }

  /// Rows at one moment.
  ///
  /// @param all of them
  /// @param unseen those of them that the run did not see
  private record Count(long all, long unseen) {}

  /// Part of the rows.
  ///
  /// @param last the key of the last one; null when there was none
  /// @param deleted how many were deleted
  private record Batch(@Nullable Object last, long deleted) {}

  /// Deletes them, if they are not too many. What others insert meanwhile counts: the limit is that
  /// of the whole call.
  ///
  /// @param shareMax of the rows, from 0 to 1
  /// @param approved how many may be deleted if that is more
  ReconcileResult delete(double shareMax, long approved) throws SQLException {
    var rows = 0L;
    var deleted = 0L;
    var idle = 0;
    while (idle < IDLE_PASSES_MAX) {
      var count = inTransaction(this::count);
      if (deleted == 0) rows = count.all;
      if (count.unseen == 0) return new ReconcileResult.Finished(rows, deleted);
      var rowsMax = Math.max((long) Math.floor(rows * shareMax), approved);
      if (deleted + count.unseen > rowsMax) {
        return new ReconcileResult.Refused(
            table.shape().table(), revision, rows, deleted + count.unseen, rowsMax);
      }
      var more = deleteOnce(count.unseen);
      idle = more > 0 ? 0 : idle + 1;
      deleted += more;
    }
    throw new SQLException(
        "rows of "
            + table.shape().table()
            + " that are to be deleted come and go: end the run again",
        "40001");
  }

  /// Deletes up to so many in one pass over the keys.
  private long deleteOnce(long rowsMax) throws SQLException {
    var deleted = 0L;
    Object last = null;
    do {
      var after = last;
      var most = (int) Math.min(BATCH_MAX, rowsMax - deleted);
      var batch = inTransaction(connection -> deleteAfter(connection, after, most));
      heartbeat.run();
      deleted += batch.deleted;
      last = batch.last;
    } while (last != null && deleted < rowsMax);
    return deleted;
  }

  private Count count(Connection connection) throws SQLException {
    try (var statement = connection.prepareStatement(sql(connection).count())) {
      statement.setLong(1, revision);
      statement.setLong(2, revision);
      try (var rows = statement.executeQuery()) {
        rows.next();
        return new Count(rows.getLong(1), rows.getLong(2));
      }
    }
  }

  private SyncSql sql(Connection connection) throws SQLException {
    return table.sql(SqlDialect.of(connection));
  }

  private Batch deleteAfter(Connection connection, @Nullable Object after, int most)
      throws SQLException {
    try (var writer = table.on(connection)) {
      writer.becomeWriter();
      var keys = keysAfter(connection, after, most);
      var deleted = 0L;
      for (var key : keys) {
        // one that was seen or changed since it was looked up is left alone
        if (writer.delete(key, revision, revision) == SyncResult.DELETED) deleted++;
      }
      return new Batch(keys.isEmpty() ? null : keys.getLast(), deleted);
    }
  }

  private List<Object> keysAfter(Connection connection, @Nullable Object after, int most)
      throws SQLException {
    var keys = new ArrayList<Object>();
    var query = sql(connection).unseenKeys(after == null);
    try (var statement = connection.prepareStatement(query)) {
      var place = 0;
      statement.setLong(++place, revision);
      statement.setLong(++place, revision);
      if (after != null) statement.setObject(++place, after);
      statement.setInt(++place, most);
      try (var rows = statement.executeQuery()) {
        while (rows.next()) keys.add(key(rows));
      }
    }
    return keys;
  }

  /// A key whose text is the one that changes of the row come with: it names the tombstone.
  private Object key(ResultSet rows) throws SQLException {
    var key = rows.getObject(1);
    var isPadded = rows.getMetaData().getColumnType(1) == Types.CHAR;
    return switch (key) {
      case Long _, Integer _, Short _, Byte _, BigInteger _, UUID _ -> key;
      case String _ when !isPadded -> key;
      case null, default ->
          throw new SQLException(
              "the key column "
                  + table.shape().key()
                  + " of "
                  + table.shape().table()
                  + " is of the type "
                  + rows.getMetaData().getColumnTypeName(1)
                  + ": a full run deletes by keys that are whole numbers, VARCHAR, text or UUID");
    };
  }

  /// Part of the work, in a transaction.
  @FunctionalInterface
  private interface Step<T> {
    T in(Connection connection) throws SQLException;
  }

  private <T> T inTransaction(Step<T> step) throws SQLException {
    for (var attempt = 1; ; attempt++) {
      SqlDialect dialect = null;
      try (var transaction = new Transaction(source.getConnection())) {
        dialect = SqlDialect.of(transaction.connection());
        var result = step.in(transaction.connection());
        transaction.commit();
        return result;
      } catch (SQLException failed) {
        var isConflict = dialect != null && SqlFailures.of(dialect, failed) == Meaning.CONFLICT;
        if (!isConflict || attempt == TRIES_MAX) throw failed;
      }
      pause(attempt);
    }
  }

  private static void pause(int attempt) throws SQLException {
    try {
      TimeUnit.MILLISECONDS.sleep(PAUSE_MS * attempt);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while it waited for other transactions", interrupted);
    }
  }
}
