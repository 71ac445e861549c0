package dev.phaseline.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phaseline.core.Outcome;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contracts on transactional phases and synchronized tables in a MariaDB server that the test
/// starts.
@Tag("broker")
final class MariaDbPhaseTest extends ReconcileContract {
  private static @Nullable TestDatabase database;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    assumeTrue(
        MariaDbServer.isInstalled(), "MariaDB is not installed: " + MariaDbServer.programs());
    var server = MariaDbServer.start(folder);
    database = TestDatabase.of(server.url(), SqlDialect.MARIADB, server);
  }

  @AfterAll
  static void stop() throws Exception {
    if (database != null) database.close();
  }

  @Override
  TestDatabase database() {
    if (database == null) throw new IllegalStateException("not started");
    return database;
  }

  @Test
  void aSlowStatementEndsBeforeItsAttempt() throws Exception {
    var phase =
        phase(
                (text, connection, _) -> {
                  adding(text, connection);
                  connection.createStatement().executeQuery("SELECT SLEEP(20) FROM account");
                  return Outcome.next(text);
                })
            .withOptions(SqlOptions.DEFAULT.withStatementTimeout(Duration.ofSeconds(1)));
    assertThatThrownBy(() -> phase.handle("a", item("job-1"))).isInstanceOf(SQLException.class);
    assertThat(balance()).isZero();
  }
}
