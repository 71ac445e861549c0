package dev.phaseline.testkit.queue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.phaseline.core.Codec;
import dev.phaseline.queue.Queues;
import dev.phaseline.queue.sql.SqlQueueStorage;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// A process that claims items of a queue in SQL, deletes the first of them, and holds the others
/// until it is killed. It says on its standard output what it has done.
public final class DyingConsumer {
  static final Duration LEASE = Duration.ofSeconds(2);

  private DyingConsumer() {}

  /// Claims, says so, and waits for its end.
  ///
  /// @param args the database's JDBC address, the queue's name, how many items to claim
  public static void main(String[] args) throws InterruptedException {
    var config = new HikariConfig();
    config.setJdbcUrl(args[0]);
    config.setMaximumPoolSize(1);
    try (var pool = new HikariDataSource(config);
        var queues = Queues.over(SqlQueueStorage.on(pool))) {
      var queue = queues.open(args[1], Codec.text());
      var items = queue.claim(Integer.parseInt(args[2]), LEASE, Duration.ofMinutes(1));
      queue.delete(items.getFirst());
      System.out.println("deleted " + items.getFirst().data());
      for (var item : items.subList(1, items.size())) System.out.println("holds " + item.data());
      System.out.println("ready");
      System.out.flush();
      new CountDownLatch(1).await();
    }
  }
}
