package dev.phaseline.examples.cities;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.examples.cities.CityStore.Writer;
import dev.phaseline.examples.cities.Stored.Effect;
import dev.phaseline.jdbc.SqlDialect;
import dev.phaseline.jdbc.SyncTable;
import dev.phaseline.jdbc.SyncWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// The table and its one way of writing, prepared once for a connection and closed with it. Used by
/// one thread at a time: whoever holds the connection.
final class CityTable {
  /// Marks a file as ours, so that another program's database is not written into.
  private static final int APPLICATION_ID = 0x504c4349; // "PLCI"

  private static final int VERSION = 2;

  private static final String COLUMNS =
      "name, slug, country, alt_countries, feature_code, admin_code, population, latitude,"
          + " longitude";

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
        effect        TEXT    NOT NULL DEFAULT '' CHECK (effect IN ('', 'INSERTED', 'UPDATED')),
        writer_key    TEXT    NOT NULL DEFAULT '',
        writer_job    TEXT    NOT NULL DEFAULT ''
      ) STRICT
      """;

  /// In the first version, a row could not be without a writer, not even inside a transaction.
  private static final List<String> FROM_VERSION_1 =
      List.of(
          "ALTER TABLE city RENAME TO city_1",
          CREATE,
          "INSERT INTO city SELECT * FROM city_1",
          "DROP TABLE city_1");

  private static final String NOTE =
      "UPDATE city SET effect = ?, writer_key = ?, writer_job = ? WHERE id = ?";

  private static final String LOOK = "SELECT revision, effect, writer_key FROM city WHERE id = ?";

  static final String FIND = "SELECT id, " + COLUMNS + ", revision FROM city WHERE id = ?";

  private static final SyncTable SYNCHRONIZED = SyncTable.of("city").columns(COLUMNS.split(", "));

  private final Connection connection;
  private final SyncWriter rows;
  private final PreparedStatement note;
  private final PreparedStatement look;

  CityTable(Connection connection) throws SQLException {
    this.connection = connection;
    rows = SYNCHRONIZED.on(connection);
    note = connection.prepareStatement(NOTE);
    look = connection.prepareStatement(LOOK);
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
      if (application == APPLICATION_ID && version == 1) {
        make(statement, FROM_VERSION_1);
        connection.commit();
        return;
      }
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
      make(statement, List.of(CREATE));
    }
    connection.commit();
  }

  private static void make(Statement statement, List<String> city) throws SQLException {
    for (var sql : city) statement.execute(sql);
    for (var sql : SqlDialect.SQLITE.schema()) statement.execute(sql); // for tombstones
    statement.execute("PRAGMA application_id = " + APPLICATION_ID);
    statement.execute("PRAGMA user_version = " + VERSION);
  }

  private static int pragma(ResultSet rows) throws SQLException {
    try (rows) {
      return rows.next() ? rows.getInt(1) : 0;
    }
  }

  /// Writes within the connection's transaction.
  ///
  /// @return empty when other work has written another content under the same revision
  Optional<Stored> upsert(CleanCity city, Writer writer) throws SQLException {
    return switch (rows.upsert(city.id(), values(city), city.revision())) {
      case INSERTED -> Optional.of(noted(city, writer, Effect.INSERTED));
      case UPDATED -> Optional.of(noted(city, writer, Effect.UPDATED));
      case UNCHANGED -> Optional.of(unwritten(city, writer, Effect.UNCHANGED));
      case STALE -> Optional.of(unwritten(city, writer, Effect.STALE));
      case CONFLICT -> Optional.ofNullable(known(city, writer));
      case DELETED -> throw new IllegalStateException("an upsert has deleted a row");
    };
  }

  private Stored noted(CleanCity city, Writer writer, Effect effect) throws SQLException {
    note.setString(1, effect.name());
    note.setString(2, writer.key());
    note.setString(3, writer.jobId());
    note.setLong(4, city.id());
    note.executeUpdate();
    return new Stored(city.id(), effect, city.revision());
  }

  /// The result for a row that was left alone: what the same work did, if it wrote the row.
  private Stored unwritten(CleanCity city, Writer writer, Effect effect) throws SQLException {
    look.setLong(1, city.id());
    try (var row = look.executeQuery()) {
      if (!row.next()) throw new SQLException("row " + city.id() + " is neither new nor there");
      var isOwn = row.getString(3).equals(writer.key());
      return new Stored(
          city.id(), isOwn ? Effect.valueOf(row.getString(2)) : effect, row.getLong(1));
    }
  }

  /// The result of the same work; null when other work wrote the row.
  private @Nullable Stored known(CleanCity city, Writer writer) throws SQLException {
    var stored = unwritten(city, writer, Effect.STALE);
    return stored.effect() == Effect.STALE ? null : stored;
  }

  private static Map<String, @Nullable Object> values(CleanCity city) {
    var values = new HashMap<String, @Nullable Object>();
    values.put("name", city.name());
    values.put("slug", city.slug());
    values.put("country", city.country());
    values.put("alt_countries", city.altCountries());
    values.put("feature_code", city.featureCode());
    values.put("admin_code", city.adminCode());
    var population = city.population();
    values.put("population", population.isPresent() ? population.getAsInt() : null);
    values.put("latitude", city.latitude());
    values.put("longitude", city.longitude());
    return values;
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
