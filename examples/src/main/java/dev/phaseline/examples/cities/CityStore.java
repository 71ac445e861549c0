package dev.phaseline.examples.cities;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.examples.cities.Stored.Effect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConfig.JournalMode;
import org.sqlite.SQLiteConfig.SynchronousMode;
import org.sqlite.SQLiteConfig.TransactionMode;
import org.sqlite.SQLiteConnection;

/// The cities in an SQLite file, one row a city. Thread-safe; close it when the worker has stopped.
///
/// Every write is one transaction. What [#upsert] has returned survives the death of the process at
/// any moment (write-ahead log, `synchronous=NORMAL`); only the death of the whole machine may take
/// the last few commits along, never the file's soundness.
///
/// The table is a synchronized one ([SyncTable][dev.phaseline.jdbc.SyncTable]), so the same work
/// changes nothing when it runs again. A row also has the work that wrote it last, and what that
/// write did: the same work gets the same result again, and the books balance after a crash between
/// the write and the publication of its result. A transactional phase would do that for any effect,
/// with a second row for each city.
///
/// The file locked by others, a full disk, an unwritable folder, a damaged file: all these are a
/// [DependencyDownException], which makes the phase wait. A value that the table refuses is an
/// [SQLException] and the item's own failure.
public final class CityStore implements AutoCloseable {
  /// The work that writes, so that it is known again.
  ///
  /// @param key names the item's work in this phase, the same over attempts and redeliveries
  /// @param jobId the job
  public record Writer(String key, String jobId) {}

  /// Rows of the table that a run's writes changed.
  ///
  /// @param inserted rows that the run inserted
  /// @param updated rows that the run updated
  public record Changes(long inserted, long updated) {}

  /// SQLite runs one writer at a time; a second connection would only wait, and in native code.
  private static final int CONNECTIONS = 1;

  private static final int BUSY_MS_MAX = 250;
  private static final int POOL_WAIT_MS_MAX = 10_000;

  /// Up to 40 MB of log before it is copied into the file: each copying waits for the disk.
  private static final int CHECKPOINT_PAGES = 10_000;

  private final Path file;
  private final HikariDataSource pool;
  private volatile @Nullable CityTable table; // used by whoever holds the one connection

  private CityStore(Path file, HikariDataSource pool) {
    this.file = file;
    this.pool = pool;
  }

  /// Opens the file and makes its table; makes the file and its folder if they are not there.
  ///
  /// @throws DependencyDownException when the file can't be made, opened or written, or holds
  ///   something else
  public static CityStore open(Path file) {
    return open(file, new SQLiteConfig());
  }

  /// @param sqlite what a test wants to be otherwise
  static CityStore open(Path file, SQLiteConfig sqlite) {
    try {
      var folder = file.toAbsolutePath().getParent();
      if (folder != null) Files.createDirectories(folder);
    } catch (IOException unwritable) {
      throw new DependencyDownException(
          "the folder of the city database " + file + " can't be made: " + unwritable, unwritable);
    }
    HikariDataSource pool;
    try {
      pool = pool(file, sqlite);
    } catch (RuntimeException refused) {
      throw new DependencyDownException(
          "the city database " + file + " can't be opened: " + SqlFailure.deepest(refused),
          refused);
    }
    try (var connection = pool.getConnection()) {
      CityTable.prepare(connection, file);
      return new CityStore(file, pool);
    } catch (SQLException | DependencyDownException failed) {
      pool.close();
      if (failed instanceof DependencyDownException down) throw down;
      throw new DependencyDownException(
          "the city database " + file + " can't be used: " + SqlFailure.deepest(failed), failed);
    }
  }

  private static HikariDataSource pool(Path file, SQLiteConfig sqlite) {
    sqlite.setJournalMode(JournalMode.WAL);
    sqlite.setSynchronous(SynchronousMode.NORMAL);
    // The driver begins the next transaction as soon as one is committed: IMMEDIATE would keep the
    // write lock while idle. An upsert's first statement writes, so it never has to upgrade.
    sqlite.setTransactionMode(TransactionMode.DEFERRED);
    sqlite.setBusyTimeout(BUSY_MS_MAX);
    var hikari = new HikariConfig();
    hikari.setPoolName("cities");
    hikari.setJdbcUrl("jdbc:sqlite:" + file.toAbsolutePath());
    hikari.setDataSourceProperties(sqlite.toProperties());
    hikari.setMaximumPoolSize(CONNECTIONS);
    hikari.setConnectionTimeout(POOL_WAIT_MS_MAX);
    hikari.setAutoCommit(false);
    hikari.setConnectionInitSql("PRAGMA wal_autocheckpoint = " + CHECKPOINT_PAGES);
    hikari.setMaxLifetime(0); // a file does not grow stale, and its statements stay prepared
    return new HikariDataSource(hikari);
  }

  /// Inserts or updates one city in a transaction of its own.
  ///
  /// A lower revision than the row's changes nothing. Equal values change nothing, but for the
  /// row's revision where this one is higher: otherwise a revision in between could still come and
  /// win.
  ///
  /// @return empty when the row has this revision with other values, which other work has written
  /// @throws DependencyDownException when the database can't do it now; nothing is written
  /// @throws SQLException when the table refuses the values, or for a reason not known
  public Optional<Stored> upsert(CleanCity city, Writer writer) throws SQLException {
    try (var connection = pool.getConnection()) {
      return committed(connection, city, writer);
    } catch (SQLException failed) {
      throw SqlFailure.sorted(file, failed);
    }
  }

  private Optional<Stored> committed(Connection connection, CleanCity city, Writer writer)
      throws SQLException {
    try {
      var stored = table(connection).upsert(city, writer);
      connection.commit();
      return stored;
    } catch (SQLException failed) {
      SqlFailure.rollBack(connection);
      throw failed;
    }
  }

  /// The prepared statements of the connection below the pool's: the pool would close its own at
  /// the end of every borrowing, and compiling them anew costs more than running them.
  private CityTable table(Connection borrowed) throws SQLException {
    Connection physical = borrowed.unwrap(SQLiteConnection.class);
    var known = table;
    if (known != null && known.isOn(physical)) return known;
    var prepared = new CityTable(physical);
    table = prepared;
    return prepared;
  }

  /// Number of rows.
  public long count() throws SQLException {
    return read("SELECT COUNT(*) FROM city", _ -> {}, CityStore::number);
  }

  /// Changes of the run's jobs, counted in the table: the rows whose last writer belongs to it.
  ///
  /// @param run as in [CountryRequest#jobId(String)]
  public Changes changedBy(String run) throws SQLException {
    return new Changes(changedBy(run, Effect.INSERTED), changedBy(run, Effect.UPDATED));
  }

  private long changedBy(String run, Effect effect) throws SQLException {
    return read(
        "SELECT COUNT(*) FROM city WHERE effect = ? AND writer_job = ? || country",
        query -> {
          query.setString(1, effect.name());
          query.setString(2, CountryRequest.jobId(run, ""));
        },
        CityStore::number);
  }

  /// The row of a city.
  public Optional<CleanCity> find(long id) throws SQLException {
    return read(
        CityTable.FIND,
        query -> query.setLong(1, id),
        rows -> rows.next() ? Optional.of(CityTable.city(rows)) : Optional.empty());
  }

  /// A checksum over every column of every row: the same before and after means that nothing at all
  /// has changed, bookkeeping columns among them.
  public String fingerprint() throws SQLException {
    return read("SELECT * FROM city ORDER BY id", _ -> {}, CityStore::digest);
  }

  /// Lets go of the file. Calls that still wait for it fail.
  @Override
  public void close() {
    pool.close();
  }

  @FunctionalInterface
  private interface Binding {
    void to(PreparedStatement query) throws SQLException;
  }

  @FunctionalInterface
  private interface Reading<T> {
    T from(ResultSet rows) throws SQLException;
  }

  private <T> T read(String sql, Binding binding, Reading<T> reading) throws SQLException {
    try (var connection = pool.getConnection()) {
      T result;
      try (var query = connection.prepareStatement(sql)) {
        binding.to(query);
        try (var rows = query.executeQuery()) {
          result = reading.from(rows);
        }
      }
      connection.commit();
      return result;
    } catch (SQLException failed) {
      throw SqlFailure.sorted(file, failed);
    }
  }

  private static long number(ResultSet rows) throws SQLException {
    if (!rows.next()) throw new SQLException("a count without a row");
    return rows.getLong(1);
  }

  private static String digest(ResultSet rows) throws SQLException {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        for (var i = 1; i <= columns; i++) {
          digest.update(String.valueOf(rows.getString(i)).getBytes(UTF_8));
          digest.update((byte) 0);
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException everyJdkHasIt) {
      throw new IllegalStateException(everyJdkHasIt);
    }
  }
}
