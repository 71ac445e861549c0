package dev.phaseline.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
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

  @Test
  void aFullDiskSuspendsThePhaseUntilThereIsRoom(@TempDir Path folder) throws Exception {
    var url = "jdbc:sqlite:" + folder.resolve("full.db") + "?journal_mode=WAL";
    try (var full = TestDatabase.of(url, SqlDialect.SQLITE, () -> {})) {
      full.reset();
      full.execute("CREATE TABLE note (id TEXT PRIMARY KEY, text TEXT)");
    }
    try (var full = TestDatabase.pool(url + "&max_page_count=40", 1)) {
      var phase =
          SqlPhase.<String, String>of(
              full,
              (text, connection, _) -> {
                for (var row = 0; row < 3; row++) insertNote(connection, text + row);
                return Outcome.next(text);
              });
      var written = new AtomicInteger();
      assertThatThrownBy(
              () -> {
                for (var i = 0; i < 1_000; i++) {
                  phase.handle("n" + i, item("job-" + i));
                  written.incrementAndGet();
                }
              })
          .isInstanceOf(DependencyDownException.class)
          .hasMessageContaining("make room");
      assertThat(written.get()).isPositive();
      try (var connection = full.getConnection();
          var statement = connection.createStatement()) {
        statement.execute("PRAGMA max_page_count = 1000");
      }
      phase.handle("more", item("more"));
      try (var connection = full.getConnection();
          var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT COUNT(*) FROM note")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isEqualTo(3 * (written.get() + 1));
      }
    }
  }

  private static void insertNote(Connection connection, String id) throws SQLException {
    try (var insert = connection.prepareStatement("INSERT INTO note VALUES (?, ?)")) {
      insert.setString(1, id);
      insert.setString(2, "x".repeat(1_500));
      insert.executeUpdate();
    }
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
