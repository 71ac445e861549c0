package dev.phaseline.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;

/// A PostgreSQL server of the test's own, on a loopback port.
///
/// @param server its processes
public record PostgresServer(EmbeddedPostgres server) implements Closeable {
  public static PostgresServer start(Path folder) throws IOException {
    return new PostgresServer(
        EmbeddedPostgres.builder()
            .setOverrideWorkingDirectory(folder.toFile())
            .setServerConfig("fsync", "off")
            .setServerConfig("synchronous_commit", "on") // or a killed process loses commits
            .setOutputRedirector(Redirect.DISCARD)
            .setErrorRedirector(Redirect.DISCARD)
            .start());
  }

  /// The JDBC address of its database.
  public String url() {
    return server.getJdbcUrl("postgres", "postgres");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
