package dev.phaseline.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/// Count of the connections that a data source gives at once.
final class PoolCheck {
  private PoolCheck() {}

  /// Takes so many connections, each on a thread of its own, since a pool that has no more blocks,
  /// and gives them back.
  ///
  /// @param atMost how long it waits for them
  /// @return how many came in that time
  static int connectionsAtOnce(DataSource source, int wanted, Duration atMost) {
    var got = new AtomicInteger();
    var all = new CountDownLatch(wanted);
    var over = new CountDownLatch(1);
    for (var i = 0; i < wanted; i++) {
      Thread.ofVirtual().name("phaseline-pool-check").start(() -> hold(source, got, all, over));
    }
    try {
      all.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return got.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return got.get();
    } finally {
      over.countDown();
    }
  }

  private static void hold(
      DataSource source, AtomicInteger got, CountDownLatch all, CountDownLatch over) {
    try (var _ = source.getConnection()) {
      got.incrementAndGet();
      all.countDown();
      over.await();
    } catch (SQLException none) {
      all.countDown(); // no need to wait for it
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
