package dev.phaseline.outbox;

import dev.phaseline.jdbc.SqlDialect;
import dev.phaseline.jdbc.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The contract on submissions in a file of SQLite.
final class SqliteOutboxTest extends OutboxContract {
  private static TestDatabase database;

  @BeforeAll
  static void open(@TempDir Path folder) {
    var file = folder.resolve("orders.db");
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
