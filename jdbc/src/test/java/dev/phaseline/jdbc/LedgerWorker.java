package dev.phaseline.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.phaseline.core.Codec;
import dev.phaseline.core.DependencyDownException;
import dev.phaseline.core.Outcome;
import dev.phaseline.core.PhaseHandler;
import dev.phaseline.core.Pipeline;
import dev.phaseline.schemas.TopicNames;
import dev.phaseline.worker.Placement;
import dev.phaseline.worker.Worker;
import dev.phaseline.worker.WorkerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/// A worker of the ledger's pipeline in a JVM of its own, to be killed. When a file is there, it
/// takes the file away and dies right behind its next commit in the database, before Kafka knows.
final class LedgerWorker {
  /// Its arguments.
  ///
  /// @param brokers address of the broker
  /// @param namespace of the topics
  /// @param server its name
  /// @param url the database's JDBC address
  /// @param accounts how many there are
  /// @param isExactlyOnce whether effects have rows; otherwise handlers commit by themselves
  /// @param trap the file
  record Setup(
      String brokers,
      String namespace,
      String server,
      String url,
      int accounts,
      boolean isExactlyOnce,
      Path trap) {
    String[] arguments() {
      return new String[] {
        brokers, namespace, server, url, "" + accounts, "" + isExactlyOnce, trap.toString()
      };
    }

    static Setup of(String[] arguments) {
      return new Setup(
          arguments[0],
          arguments[1],
          arguments[2],
          arguments[3],
          Integer.parseInt(arguments[4]),
          Boolean.parseBoolean(arguments[5]),
          Path.of(arguments[6]));
    }
  }

  private LedgerWorker() {}

  private static Pipeline pipeline(Setup setup, DataSource source) {
    return Pipeline.named("ledger")
        .phase("debit", Codec.text(), handler(setup, source, "debit"))
        .phase("credit", Codec.text(), handler(setup, source, "credit"))
        .result(Codec.text())
        .build();
  }

  private static PhaseHandler<String, String> handler(Setup setup, DataSource source, String half) {
    if (setup.isExactlyOnce()) {
      SqlHandler<String, String> booking =
          (number, connection, context) -> {
            var _ = context.retention().orElseThrow(); // a worker always knows it
            new Transfer(Integer.parseInt(number), setup.accounts()).book(connection, half);
            return Outcome.next(number);
          };
      // two phases share a pool of ten
      var options = SqlOptions.DEFAULT.withConnections(4).withPruning(Duration.ofDays(30));
      return SqlPhase.of(source, booking).withOptions(options);
    }
    return (number, _) -> {
      try (var transaction = new Transaction(source.getConnection())) {
        new Transfer(Integer.parseInt(number), setup.accounts())
            .book(transaction.connection(), half);
        transaction.commit();
        return Outcome.next(number);
      } catch (SQLException failed) {
        throw new DependencyDownException(String.valueOf(failed.getMessage()), failed);
      }
    };
  }

  /// Runs until it is killed, or its worker can't go on.
  public static void main(String[] args) throws InterruptedException {
    var setup = Setup.of(args);
    var config = new HikariConfig();
    config.setJdbcUrl(setup.url());
    config.setConnectionTimeout(2_000);
    config.setInitializationFailTimeout(-1);
    var source =
        new FlakySource(new HikariDataSource(config), (name, after) -> trap(setup, name, after));
    var worker =
        Worker.start(
            WorkerConfig.of(setup.server(), Map.of("bootstrap.servers", setup.brokers()))
                .withTopics(new TopicNames(setup.namespace())),
            Placement.all(pipeline(setup, source)));
    while (worker.failure().isEmpty()) TimeUnit.MILLISECONDS.sleep(100);
    System.out.println("can't go on: " + worker.failure().get());
    System.exit(1);
  }

  private static void trap(Setup setup, String method, boolean after) {
    if (!method.equals("commit") || !after) return;
    try {
      if (Files.deleteIfExists(setup.trap())) Runtime.getRuntime().halt(9);
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }
}
