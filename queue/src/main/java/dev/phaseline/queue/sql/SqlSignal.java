package dev.phaseline.queue.sql;

import java.util.concurrent.TimeUnit;

/// Signal to those in this process who wait for items: something may be available. Others look at
/// the database from time to time. Thread-safe.
final class SqlSignal {
  private long count;

  /// The number of signals so far, to be read before looking.
  synchronized long count() {
    return count;
  }

  synchronized void give() {
    count++;
    notifyAll();
  }

  /// Waits for a signal after that count, at most this long.
  synchronized void await(long since, long nanos) throws InterruptedException {
    var startNanos = System.nanoTime();
    while (count == since) {
      var left = nanos - (System.nanoTime() - startNanos);
      if (left <= 0) return;
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }
}
