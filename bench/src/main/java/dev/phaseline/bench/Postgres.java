package dev.phaseline.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/// A PostgreSQL server of our own on a loopback port, for the job queues. It promises what the
/// broker here promises, no more: a commit reaches the operating system before it is acknowledged,
/// so a killed process loses nothing and a power cut may.
///
/// Run by root, it is started in a user namespace of its own, since it refuses to be root.
final class Postgres implements AutoCloseable {
  static final Map<String, String> SETTINGS =
      Map.of(
          "fsync", "off",
          "synchronous_commit", "on",
          "full_page_writes", "off",
          "shared_buffers", "256MB",
          "max_connections", "300");

  private final EmbeddedPostgres server;

  private Postgres(EmbeddedPostgres server) {
    this.server = server;
  }

  static Postgres start(Path folder) throws IOException {
    var builder =
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(folder.resolve("postgres").toFile())
            .setOutputRedirector(Redirect.DISCARD)
            .setErrorRedirector(Redirect.appendTo(folder.resolve("postgres.log").toFile()));
    SETTINGS.forEach(builder::setServerConfig);
    return new Postgres(builder.start());
  }

  /// The JDBC address.
  String url() {
    return server.getJdbcUrl("postgres", "postgres");
  }

  /// The one number that a query gives.
  static long count(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var result = statement.executeQuery(query)) {
      if (!result.next()) throw new SQLException("no row from: " + query);
      return result.getLong(1);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
