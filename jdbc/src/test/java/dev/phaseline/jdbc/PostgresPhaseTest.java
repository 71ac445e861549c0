package dev.phaseline.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contracts on transactional phases and synchronized tables in a PostgreSQL server that the
/// test starts.
@Tag("broker")
final class PostgresPhaseTest extends ReconcileContract {
  private static TestDatabase database;

  @BeforeAll
  static void start(@TempDir Path folder) throws Exception {
    var server = PostgresServer.start(folder);
    database = TestDatabase.of(server.url(), SqlDialect.POSTGRESQL, server);
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @Override
  TestDatabase database() {
    return database;
  }

  @Test
  void serializationFailuresAreTriedAgainInPlace() throws Exception {
    var config = new HikariConfig();
    config.setJdbcUrl(database.url());
    config.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
    try (var pool = new HikariDataSource(config)) {
      var phase =
          SqlPhase.<String, String>of(pool, (text, connection, _) -> adding(text, connection))
              .withOptions(SqlOptions.DEFAULT.withGroupMax(1).withConnections(4));
      var tasks = new ArrayList<Callable<Outcome<String>>>();
      for (var i = 0; i < 12; i++) {
        var job = "job-" + i;
        tasks.add(() -> phase.handle("a", item(job)));
      }
      together(tasks);
    }
    assertThat(balance()).isEqualTo(12);
  }

  @Test
  void aSlowStatementEndsBeforeItsAttempt() throws Exception {
    var phase =
        phase(
                (text, connection, _) -> {
                  adding(text, connection);
                  connection.createStatement().execute("SELECT pg_sleep(20)");
                  return Outcome.next(text);
                })
            .withOptions(SqlOptions.DEFAULT.withStatementTimeout(Duration.ofSeconds(1)));
    assertThatThrownBy(() -> phase.handle("a", item("job-1")))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("canceling statement");
    assertThat(balance()).isZero();
  }

  @Test
  void aServerThatTakesNoWritesSuspendsThePhase() throws Exception {
    var phase = phase((text, connection, _) -> adding(text, connection)).verified();
    database.execute("ALTER DATABASE postgres SET default_transaction_read_only = on");
    try (var replica = TestDatabase.pool(database.url(), 2)) {
      var onReplica = SqlPhase.<String, String>of(replica, (text, c, _) -> adding(text, c));
      assertThatThrownBy(() -> onReplica.handle("a", item("job-1")))
          .isInstanceOf(DependencyDownException.class)
          .hasMessageContaining("it takes no writes: point the data source at the primary");
    } finally {
      database.execute(
          "SET default_transaction_read_only = off",
          "ALTER DATABASE postgres SET default_transaction_read_only = off");
    }
    phase.handle("a", item("job-1"));
    assertThat(balance()).isEqualTo(1);
  }
}
