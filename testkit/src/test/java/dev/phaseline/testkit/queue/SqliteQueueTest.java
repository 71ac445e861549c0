package dev.phaseline.testkit.queue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// The contract on queues in a file of SQLite.
final class SqliteQueueTest extends SqlQueueContract {
  private static HikariDataSource pool;
  private static String address;

  @BeforeAll
  static void open(@TempDir Path folder) {
    var config = new HikariConfig();
    address = "jdbc:sqlite:" + folder.resolve("queues.db") + "?journal_mode=WAL&synchronous=OFF";
    config.setJdbcUrl(address);
    config.setMaximumPoolSize(8);
    pool = new HikariDataSource(config);
  }

  @AfterAll
  static void close() {
    pool.close();
  }

  @Override
  protected DataSource database() {
    return pool;
  }

  @Override
  protected String address() {
    return address;
  }
}
