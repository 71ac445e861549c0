package dev.phaseline.examples.cities;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.examples.cities.CityStore.Writer;
import dev.phaseline.examples.cities.Stored.Effect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.OptionalInt;

/// The table and its one way of writing, prepared once for a connection and closed with it. Used by
/// one thread at a time: whoever holds the connection.
final class CityTable {
  /// Marks a file as ours, so that another program's database is not written into.
  private static final int APPLICATION_ID = 0x504c4349; // "PLCI"

  private static final int VERSION = 1;

  private static final String COLUMNS =
      "name, slug, country, alt_countries, feature_code, admin_code, population, latitude, longitude";

  private static final String EXCLUDED = "excluded." + COLUMNS.replace(", ", ", excluded.");

  private static final String CREATE =
      """
      CREATE TABLE IF NOT EXISTS city (
        id            INTEGER PRIMARY KEY CHECK (id > 0),
        name          TEXT    NOT NULL CHECK (name <> ''),
        slug          TEXT    NOT NULL CHECK (slug <> ''),
        country       TEXT    NOT NULL CHECK (length(country) = 2),
        alt_countries TEXT    NOT NULL,
        feature_code  TEXT    NOT NULL,
        admin_code    TEXT    NOT NULL,
        population    INTEGER CHECK (population > 0),
        latitude      REAL    NOT NULL CHECK (latitude BETWEEN -90 AND 90),
        longitude     REAL    NOT NULL CHECK (longitude BETWEEN -180 AND 180),
        revision      INTEGER NOT NULL CHECK (revision > 0),
        effect        TEXT    NOT NULL CHECK (effect IN ('INSERTED', 'UPDATED')),
        writer_key    TEXT    NOT NULL,
        writer_job    TEXT    NOT NULL
      ) STRICT
      """;

  private static final String UPSERT =
      """
      INSERT INTO city (id, %1$s, revision, writer_key, writer_job, effect)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'INSERTED')
      ON CONFLICT (id) DO UPDATE SET
        (%1$s, revision, writer_key, writer_job, effect) =
        (%2$s, excluded.revision, excluded.writer_key, excluded.writer_job,
         CASE WHEN writer_key = excluded.writer_key THEN effect ELSE 'UPDATED' END)
      WHERE revision <= excluded.revision AND (%1$s) IS NOT (%2$s)
      RETURNING effect, revision
      """
          .formatted(COLUMNS, EXCLUDED);

  private static final String LOOK = "SELECT revision, effect, writer_key FROM city WHERE id = ?";

  private static final String CONFIRM = "UPDATE city SET revision = ? WHERE id = ?";

  static final String FIND = "SELECT id, " + COLUMNS + ", revision FROM city WHERE id = ?";

  private final Connection connection;
  private final PreparedStatement upsert;
  private final PreparedStatement look;
  private final PreparedStatement confirm;

  CityTable(Connection connection) throws SQLException {
    this.connection = connection;
    upsert = connection.prepareStatement(UPSERT);
    look = connection.prepareStatement(LOOK);
    confirm = connection.prepareStatement(CONFIRM);
  }

  boolean isOn(Connection other) {
    return connection.equals(other); // which is identity, for connections
  }

  /// Makes the table in a new file, and refuses a file that is someone else's or from a later
  /// version.
  static void prepare(Connection connection, Path file) throws SQLException {
    try (var statement = connection.createStatement()) {
      var application = pragma(statement.executeQuery("PRAGMA application_id"));
      var version = pragma(statement.executeQuery("PRAGMA user_version"));
      if (application == APPLICATION_ID && version == VERSION) return;
      var tables = pragma(statement.executeQuery("SELECT COUNT(*) FROM sqlite_schema"));
      if (application != 0 || version != 0 || tables != 0) {
        throw new DependencyDownException(
            file
                + (application == APPLICATION_ID
                    ? " was made by another version (" + version + ", this one knows " + VERSION
                    : " is a database, but not one of this example (application " + application)
                + "): name another file, or remove it",
            null);
      }
      statement.execute(CREATE);
      statement.execute("PRAGMA application_id = " + APPLICATION_ID);
      statement.execute("PRAGMA user_version = " + VERSION);
    }
    connection.commit();
  }

  private static int pragma(ResultSet rows) throws SQLException {
    try (rows) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }

  /// Writes within the connection's transaction.
  Stored upsert(CleanCity city, Writer writer) throws SQLException {
    bind(city, writer);
    try (var rows = upsert.executeQuery()) {
      if (rows.next()) {
        return new Stored(city.id(), Effect.valueOf(rows.getString(1)), rows.getLong(2));
      }
    }
    return unwritten(city, writer);
  }

  /// The row was left alone: finds out why.
  private Stored unwritten(CleanCity city, Writer writer) throws SQLException {
    look.setLong(1, city.id());
    long revision;
    try (var rows = look.executeQuery()) {
      if (!rows.next()) throw new SQLException("row " + city.id() + " is neither new nor there");
      revision = rows.getLong(1);
      if (rows.getString(3).equals(writer.key())) {
        return new Stored(city.id(), Effect.valueOf(rows.getString(2)), revision);
      }
    }
    if (revision > city.revision()) return new Stored(city.id(), Effect.STALE, revision);
    if (revision < city.revision()) {
      confirm.setLong(1, city.revision());
      confirm.setLong(2, city.id());
      confirm.executeUpdate();
    }
    return new Stored(city.id(), Effect.UNCHANGED, city.revision());
  }

  private void bind(CleanCity city, Writer writer) throws SQLException {
    upsert.setLong(1, city.id());
    upsert.setString(2, city.name());
    upsert.setString(3, city.slug());
    upsert.setString(4, city.country());
    upsert.setString(5, city.altCountries());
    upsert.setString(6, city.featureCode());
    upsert.setString(7, city.adminCode());
    if (city.population().isPresent()) upsert.setInt(8, city.population().getAsInt());
    else upsert.setNull(8, Types.INTEGER);
    upsert.setDouble(9, city.latitude());
    upsert.setDouble(10, city.longitude());
    upsert.setLong(11, city.revision());
    upsert.setString(12, writer.key());
    upsert.setString(13, writer.jobId());
  }

  /// The row of a [#FIND].
  static CleanCity city(ResultSet row) throws SQLException {
    var number = row.getInt(8);
    var population = row.wasNull() ? OptionalInt.empty() : OptionalInt.of(number);
    return new CleanCity(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        row.getString(7),
        population,
        row.getDouble(9),
        row.getDouble(10),
        row.getLong(11));
  }
}
