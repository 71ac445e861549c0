package dev.phaseline.bench.contender;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import javax.sql.DataSource;

/// Connections for contenders that keep their jobs in a database.
final class Databases {
  private static final int CONNECTIONS_OVER_WORKERS = 10;

  private Databases() {}

  /// A pool with a connection for every worker.
  static HikariDataSource open(Course course) {
    if (course.database().isEmpty())
      throw new IllegalArgumentException("the course has no database");
    var config = new HikariConfig();
    config.setJdbcUrl(course.database());
    config.setMaximumPoolSize(course.concurrency() + CONNECTIONS_OVER_WORKERS);
    config.setMinimumIdle(course.concurrency());
    return new HikariDataSource(config);
  }

  static void execute(DataSource database, String statement) throws SQLException {
    try (var connection = database.getConnection();
        var one = connection.createStatement()) {
      one.execute(statement);
    }
  }
}
