package dev.phaseline.queue.worker;

import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.LeaseLostException;
import dev.phaseline.queue.QueueException;
import dev.phaseline.queue.worker.RunningItem.Interrupt;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renewal of the leases of items whose handlers run, and the limit of the handlers' time. [#turn]
/// is the program; one thread calls it again and again, others add and remove items.
///
/// A lease is renewed when a third of it has passed, so two renewals may fail before it is lost.
///
/// @param <T> the items' data
final class LeaseKeeper<T> {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
  private static final int RENEWALS_PER_LEASE = 3;

  private final JobQueue<T> queue;
  private final Duration lease;
  private final long handlerMaxNanos;

  /// The time at which each lease was renewed last.
  private final Map<RunningItem<T>, Long> renewedNanos = new ConcurrentHashMap<>();

  LeaseKeeper(JobQueue<T> queue, QueueWorkerOptions options) {
    this.queue = queue;
    this.lease = options.lease();
    this.handlerMaxNanos = TimeUnit.NANOSECONDS.convert(options.handlerMax()); // at most 292 years
  }

  /// The interval at which [#turn] should be called.
  long turnEveryNanos() {
    return Math.min(lease.toNanos(), handlerMaxNanos) / (2 * RENEWALS_PER_LEASE) + 1;
  }

  void add(RunningItem<T> running) {
    renewedNanos.put(running, running.startedNanos());
  }

  void remove(RunningItem<T> running) {
    renewedNanos.remove(running);
  }

  /// Renews the leases that are due, and interrupts handlers whose lease is lost or time is over.
  void turn(long nowNanos) {
    renewedNanos.forEach((running, renewed) -> look(running, renewed, nowNanos));
  }

  /// Interrupts all handlers.
  void stopAll() {
    renewedNanos.keySet().forEach(running -> running.interrupt(Interrupt.STOPPED));
  }

  /// A handler that was interrupted is not renewed any more: one that is deaf to it must not hold
  /// its item for ever.
  private void look(RunningItem<T> running, long renewed, long nowNanos) {
    if (running.isInterrupted()) return;
    if (nowNanos - running.startedNanos() >= handlerMaxNanos) {
      running.interrupt(Interrupt.TIMED_OUT);
      return;
    }
    if (nowNanos - renewed < lease.toNanos() / RENEWALS_PER_LEASE) return;
    try {
      queue.extend(running.item(), lease);
      renewedNanos.replace(running, nowNanos);
    } catch (LeaseLostException lost) {
      running.interrupt(Interrupt.LEASE_LOST);
    } catch (QueueException failed) { // tried again at the next turn
      LOG.warn("the lease of an item was not renewed: {}", failed.getMessage());
    }
  }
}
