package dev.phaseline.testkit.queue;

import dev.phaseline.queue.Claim;
import dev.phaseline.queue.QueueCount;
import dev.phaseline.queue.QueueStore;
import dev.phaseline.queue.UnknownQueueException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A consumer's way to the items of one queue in memory. Thread-safe, by the monitor of all queues.
final class MemoryStore implements QueueStore {
  /// A clock that is moved wakes no thread, so those who wait look at it so often.
  static final long LOOK_EVERY_MS = 10;

  private final String name;
  private final MemoryQueues queues;
  private boolean closed;

  MemoryStore(String name, MemoryQueues queues) {
    this.name = name;
    this.queues = queues;
  }

  /// The queue's items. For holders of the monitor.
  private MemoryItems items() {
    var items = queues.find(name);
    if (items == null) throw new UnknownQueueException(name);
    return items;
  }

  @Override
  public String address() {
    return name;
  }

  @Override
  public void create() {
    synchronized (queues) {
      queues.create(name);
    }
  }

  @Override
  public void add(List<Addition> items) {
    synchronized (queues) {
      items().add(items);
      queues.notifyAll();
    }
  }

  @Override
  public List<Claim> claim(int max, Duration lease, Duration wait) throws InterruptedException {
    var startNanos = System.nanoTime();
    synchronized (queues) {
      while (true) {
        if (closed) return List.of();
        var claims = items().claim(max, lease, this);
        var leftNanos = wait.toNanos() - (System.nanoTime() - startNanos);
        if (!claims.isEmpty() || leftNanos <= 0) return claims;
        var leftMs = TimeUnit.NANOSECONDS.toMillis(leftNanos) + 1;
        queues.wait(Math.min(leftMs, LOOK_EVERY_MS));
      }
    }
  }

  @Override
  public Optional<Instant> extend(Claim claim, Duration lease) {
    synchronized (queues) {
      return items().extend(claim, lease);
    }
  }

  @Override
  public boolean delete(Claim claim) {
    synchronized (queues) {
      return items().delete(claim);
    }
  }

  @Override
  public boolean release(Claim claim, Duration delay, Counting counting) {
    synchronized (queues) {
      var released = items().release(claim, delay, counting);
      queues.notifyAll();
      return released;
    }
  }

  @Override
  public QueueCount count() {
    synchronized (queues) {
      return items().count();
    }
  }

  @Override
  public Optional<Instant> oldest() {
    synchronized (queues) {
      return items().oldest();
    }
  }

  @Override
  public long purge() {
    synchronized (queues) {
      return items().purge();
    }
  }

  @Override
  public void drop() {
    synchronized (queues) {
      items(); // must exist
      queues.drop(name);
      queues.notifyAll();
    }
  }

  @Override
  public void close() {
    synchronized (queues) {
      closed = true;
      var items = queues.find(name);
      if (items != null) items.releaseAllOf(this);
      queues.notifyAll();
    }
  }
}
