package dev.phaseline.testkit.queue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/// The contract on queues in a PostgreSQL server that the test starts.
@Tag("broker")
final class PostgresQueueTest extends SqlQueueContract {
  private static EmbeddedPostgres server;
  private static HikariDataSource pool;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    server =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(folder.toFile())
            .setServerConfig("fsync", "off")
            .setOutputRedirector(Redirect.DISCARD)
            .setErrorRedirector(Redirect.DISCARD)
            .start();
    var config = new HikariConfig();
    config.setJdbcUrl(server.getJdbcUrl("postgres", "postgres"));
    config.setMaximumPoolSize(10);
    pool = new HikariDataSource(config);
  }

  @AfterAll
  static void stop() throws IOException {
    pool.close();
    server.close();
  }

  @Override
  protected DataSource database() {
    return pool;
  }

  @Override
  protected String address() {
    return server.getJdbcUrl("postgres", "postgres");
  }
}
