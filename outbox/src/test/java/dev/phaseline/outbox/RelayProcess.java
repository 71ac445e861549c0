package dev.phaseline.outbox;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.phaseline.jdbc.FlakySource;
import dev.phaseline.schemas.TopicNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A relay in a JVM of its own, to be killed. When a file is there, it takes the file away and dies
/// at its next deletion of rows, which is right behind a commit in Kafka that the database does not
/// know of.
final class RelayProcess {
  private RelayProcess() {}

  /// Runs until it is killed, or its relay can't go on.
  ///
  /// @param args the broker, the namespace, the relay's name, the database's JDBC address, the file
  public static void main(String[] args) throws InterruptedException {
    var trap = Path.of(args[4]);
    var config = new HikariConfig();
    config.setJdbcUrl(args[3]);
    config.setMaximumPoolSize(2);
    config.setConnectionTimeout(2_000);
    config.setInitializationFailTimeout(-1);
    var source = new FlakySource(new HikariDataSource(config), (name, _) -> spring(trap, name));
    var relay =
        OutboxRelay.start(
            source,
            Map.of("bootstrap.servers", args[0]),
            RelayConfig.of("orders")
                .withRelay(args[2])
                .withNames(new TopicNames(args[1]))
                .withTuning(
                    RelayTuning.DEFAULT.withBatchRows(50).withTakeover(Duration.ofMillis(500))));
    while (relay.failure().isEmpty()) TimeUnit.MILLISECONDS.sleep(100);
    System.out.println("can't go on: " + relay.failure().get());
    System.exit(1);
  }

  private static void spring(Path trap, String method) {
    if (!method.equals("createStatement") || !RelayContract.isDeletion()) return;
    try {
      if (Files.deleteIfExists(trap)) Runtime.getRuntime().halt(9);
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }
}
