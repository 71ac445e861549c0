package dev.phaseline.jdbc;

import java.io.Closeable;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A MariaDB server of the test's own, on a loopback port, of the programs that a distribution
/// installs.
public final class MariaDbServer implements Closeable {
  private static final Path SERVER = Path.of("/usr/sbin/mariadbd");
  private static final Path INSTALLER = Path.of("/usr/bin/mariadb-install-db");
  private static final long START_MS_MAX = 60_000;

  private final Process process;
  private final String url;

  private MariaDbServer(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /// Whether its programs are there.
  public static boolean isInstalled() {
    return Files.isExecutable(SERVER) && Files.isExecutable(INSTALLER);
  }

  public static MariaDbServer start(Path folder) throws IOException, InterruptedException {
    var data = folder.resolve("mariadb");
    var log = folder.resolve("mariadb.log").toFile();
    var install =
        new ProcessBuilder(
                INSTALLER.toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--user=" + System.getProperty("user.name"),
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--innodb-flush-log-at-trx-commit=0")
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log))
            .start();
    if (install.waitFor() != 0) throw new IOException(Files.readString(log.toPath()));
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    var process =
        new ProcessBuilder(
                SERVER.toString(),
                "--no-defaults",
                "--datadir=" + data,
                "--user=" + System.getProperty("user.name"),
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + folder.resolve("mariadb.sock"),
                "--pid-file=" + folder.resolve("mariadb.pid"),
                "--innodb-flush-log-at-trx-commit=0",
                "--innodb-buffer-pool-size=32M",
                "--innodb-lock-wait-timeout=5")
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log))
            .start();
    var url = "jdbc:mariadb://127.0.0.1:" + port + "/?user=root";
    var server = new MariaDbServer(process, url);
    server.awaitAnswer();
    return server;
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    var sinceNanos = System.nanoTime();
    var failures = new ArrayList<SQLException>();
    while (process.isAlive()) {
      try (var connection = DriverManager.getConnection(url);
          var statement = connection.createStatement()) {
        statement.execute("CREATE DATABASE phaseline");
        return;
      } catch (SQLException notYet) {
        failures.add(notYet);
      }
      if (TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos) > START_MS_MAX) break;
      TimeUnit.MILLISECONDS.sleep(100); // it has no other sign
    }
    close();
    throw new IOException("mariadbd does not answer", failures.getLast());
  }

  /// The JDBC address of its database.
  public String url() {
    return url.replace("/?", "/phaseline?");
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  public static List<String> programs() {
    return List.of(SERVER.toString(), INSTALLER.toString());
  }
}
