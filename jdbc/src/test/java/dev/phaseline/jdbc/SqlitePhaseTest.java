package dev.phaseline.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The contracts on transactional phases and synchronized tables in a file of SQLite.
final class SqlitePhaseTest extends ReconcileContract {
  private static TestDatabase database;

  @BeforeAll
  static void open(@TempDir Path folder) {
    var file = folder.resolve("bank.db");
    database =
        TestDatabase.of(
            "jdbc:sqlite:" + file + "?journal_mode=WAL&synchronous=OFF",
            SqlDialect.SQLITE,
            () -> {});
  }

  @AfterAll
  static void close() throws Exception {
    database.close();
  }

  @Override
  TestDatabase database() {
    return database;
  }
}
