package dev.phaseline.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/// Databases that effects can be in, with their statements. Without state.
public enum SqlDialect {
  /// PostgreSQL, from version 12 on.
  POSTGRESQL("PostgreSQL", "VARCHAR(36)", "VARCHAR(200)", "BYTEA") {
    @Override
    String pruning() {
      return """
          DELETE FROM phaseline_effect WHERE item_key IN (
            SELECT item_key FROM phaseline_effect
            WHERE created_ms < ? ORDER BY created_ms LIMIT ? FOR UPDATE SKIP LOCKED)""";
    }
  },

  /// MariaDB, from version 10.5 on, with InnoDB. MySQL is another database by now, and is refused.
  MARIADB(
      "MariaDB",
      "VARCHAR(36) CHARACTER SET ascii COLLATE ascii_bin",
      "VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
      "LONGBLOB") {
    @Override
    String claim() {
      return "INSERT IGNORE INTO phaseline_effect (item_key, phase, created_ms) VALUES (?, ?, ?)";
    }

    @Override
    String claimTombstone() {
      return "INSERT IGNORE INTO phaseline_tombstone"
          + " (table_name, row_key, revision, deleted_ms) VALUES (?, ?, -1, 0)";
    }

    @Override
    String unlessThere(String key) {
      return ""; // to ignore a duplicate would be to ignore values that are cut off, too
    }

    // The order of texts may take letters of different case for the same.
    @Override
    String same(String column, boolean isText) {
      return isText ? "BINARY " + column + " <=> BINARY ?" : column + " <=> ?";
    }

    // A plain query would see the table as it was when the transaction first looked at anything.
    @Override
    String locking() {
      return " FOR UPDATE";
    }

    @Override
    String pruning() {
      return "DELETE FROM phaseline_effect WHERE created_ms < ? ORDER BY created_ms LIMIT ?";
    }

    @Override
    boolean commitsSchemaChanges() {
      return true;
    }
  },

  /// SQLite, from version 3.35 on. It has one writer at a time.
  SQLITE("SQLite", "TEXT", "TEXT", "BLOB") {
    @Override
    String rowLock() {
      return "";
    }

    @Override
    String same(String column, boolean isText) {
      return column + " IS ?";
    }

    @Override
    boolean hasOneWriter() {
      return true;
    }

    @Override
    boolean hasStatementTimeouts() {
      return false; // the driver takes it for the time to wait for other writers
    }
  },

  /// H2, from version 2 on.
  H2("H2", "VARCHAR(36)", "VARCHAR(200)", "BLOB") {
    @Override
    String claim() {
      return "INSERT INTO phaseline_effect (item_key, phase, created_ms) VALUES (?, ?, ?)";
    }

    @Override
    String claimTombstone() {
      return "INSERT INTO phaseline_tombstone (table_name, row_key, revision, deleted_ms)"
          + " VALUES (?, ?, -1, 0)";
    }

    @Override
    String unlessThere(String key) {
      return "";
    }

    @Override
    boolean commitsSchemaChanges() {
      return true;
    }
  };

  /// The version of the tables that this library knows.
  public static final int SCHEMA_VERSION = 1;

  private final String product;
  private final String keyType;
  private final String rowKeyType;
  private final String bytesType;

  SqlDialect(String product, String keyType, String rowKeyType, String bytesType) {
    this.product = product;
    this.keyType = keyType;
    this.rowKeyType = rowKeyType;
    this.bytesType = bytesType;
  }

  /// The dialect of a database.
  ///
  /// @throws SQLException when it is none of these, or the connection fails
  public static SqlDialect of(Connection connection) throws SQLException {
    var told = connection.getMetaData();
    var product = told.getDatabaseProductName();
    // MySQL's driver takes MariaDB for MySQL, of a version that names MariaDB.
    if (told.getDatabaseProductVersion().contains(MARIADB.product)) return MARIADB;
    for (var each : values()) if (each.product.equals(product)) return each;
    throw new SQLException(
        "effects are kept in PostgreSQL, MariaDB, SQLite or H2, not in " + product);
  }

  /// Its name in options and files, in lower case.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The statements that make the tables of this library where they are not there, in order.
  public List<String> schema() {
    return List.of(
        "CREATE TABLE IF NOT EXISTS phaseline_schema (part VARCHAR(40) PRIMARY KEY, version INTEGER NOT NULL)",
        """
        CREATE TABLE IF NOT EXISTS phaseline_effect (
          item_key %s PRIMARY KEY,
          phase VARCHAR(200) NOT NULL,
          created_ms BIGINT NOT NULL,
          outcome %s)"""
            .formatted(keyType, bytesType),
        "CREATE INDEX IF NOT EXISTS phaseline_effect_created ON phaseline_effect (created_ms)",
        """
        CREATE TABLE IF NOT EXISTS phaseline_tombstone (
          table_name VARCHAR(63) NOT NULL,
          row_key %s NOT NULL,
          revision BIGINT NOT NULL,
          deleted_ms BIGINT NOT NULL,
          PRIMARY KEY (table_name, row_key))"""
            .formatted(rowKeyType),
        """
        INSERT INTO phaseline_schema (part, version)
          SELECT * FROM (SELECT 'effect' AS part, %d AS version) this_version
          WHERE NOT EXISTS (SELECT 1 FROM phaseline_schema WHERE part = 'effect')"""
            .formatted(SCHEMA_VERSION));
  }

  /// The statement that makes an item's row, without an outcome. It waits while another transaction
  /// makes it. When the row is there, it changes nothing, or fails as a duplicate and leaves the
  /// transaction as it was.
  ///
  /// Parameters: key, phase, time.
  String claim() {
    return """
        INSERT INTO phaseline_effect (item_key, phase, created_ms) VALUES (?, ?, ?)
        ON CONFLICT DO NOTHING""";
  }

  /// The statement that makes a key's tombstone, unless it is there, as with [#claim].
  ///
  /// Parameters: table, key.
  String claimTombstone() {
    return """
        INSERT INTO phaseline_tombstone (table_name, row_key, revision, deleted_ms)
        VALUES (?, ?, -1, 0) ON CONFLICT DO NOTHING""";
  }

  /// The end of an insertion that does nothing when a row of this key is there; empty where it
  /// fails then, and leaves the transaction as it was.
  String unlessThere(String key) {
    return " ON CONFLICT (" + key + ") DO NOTHING";
  }

  /// The condition that a column has a value, which may be null. Texts are the same by their bytes.
  String same(String column, boolean isText) {
    return column + " IS NOT DISTINCT FROM ?";
  }

  /// The end of a query whose row is locked until the transaction ends.
  String rowLock() {
    return " FOR UPDATE";
  }

  /// The end of a query that must see what others have committed meanwhile.
  String locking() {
    return "";
  }

  /// The statement that removes rows that were made before a time. Parameters: time, how many at
  /// most.
  String pruning() {
    return """
        DELETE FROM phaseline_effect WHERE item_key IN (
          SELECT item_key FROM phaseline_effect WHERE created_ms < ? ORDER BY created_ms LIMIT ?)""";
  }

  /// Whether a statement that changes the schema commits the transaction that it is in.
  boolean commitsSchemaChanges() {
    return false;
  }

  /// Whether a second transaction that writes waits for the end of the first.
  boolean hasOneWriter() {
    return false;
  }

  /// Whether its driver ends a statement after a time.
  boolean hasStatementTimeouts() {
    return true;
  }
}
