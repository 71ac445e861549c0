package dev.phaseline.queue.worker;

import dev.phaseline.queue.JobQueue;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// Worker for a queue: claims items and runs a handler for each, several at once if wanted, each on
/// a virtual thread.
///
/// ```java
/// var worker = QueueWorker.of(mails, item -> send(item.data()));
/// worker.runFor(Duration.ofSeconds(15));   // from a cron job, or:
/// worker.run();                            // until stop()
/// ```
///
/// An item whose handler returns is deleted. While a handler runs, its item's lease is renewed; if
/// the lease is lost all the same, or the handler's time is over, the handler is interrupted. What
/// it throws decides about its item:
///
/// | thrown | the item | the worker |
/// |---|---|---|
/// | [RequeueException] | available at once, the delivery does not count | goes on |
/// | [DelayedRequeueException] | available later, the delivery does not count | goes on |
/// | [SuspendQueueException] | available at once, the delivery does not count | claims no more: `runFor` ends, `run` waits |
/// | another exception | by the retry policy: available after a backoff, or a dead letter | goes on |
///
/// The process's own failure ends a run: an [OutOfMemoryError], and what the storage throws against
/// its contract. The queue stays the caller's, who closes it.
///
/// Thread-safe. Any number of workers, here and in other processes, may work on a queue.
///
/// @param <T> the items' data
public final class QueueWorker<T> {
  private final JobQueue<T> queue;
  private final QueueHandler<T> handler;
  private final QueueWorkerOptions options;
  private final Set<WorkState> runs = ConcurrentHashMap.newKeySet();
  private volatile boolean stopped;

  private QueueWorker(JobQueue<T> queue, QueueHandler<T> handler, QueueWorkerOptions options) {
    this.queue = queue;
    this.handler = handler;
    this.options = options;
  }

  /// A worker with the default options.
  ///
  /// @param <T> the items' data
  public static <T> QueueWorker<T> of(JobQueue<T> queue, QueueHandler<T> handler) {
    return of(queue, handler, QueueWorkerOptions.DEFAULT);
  }

  /// A worker.
  ///
  /// @param <T> the items' data
  public static <T> QueueWorker<T> of(
      JobQueue<T> queue, QueueHandler<T> handler, QueueWorkerOptions options) {
    return new QueueWorker<>(queue, handler, options);
  }

  /// Works until the time is over, the queue is empty, a handler suspends the queue, or [#stop()].
  /// Then handlers that run are waited for, at most [QueueWorkerOptions#drain()], and interrupted.
  ///
  /// @param atMost how long items are claimed; more than zero
  /// @throws InterruptedException when the thread is interrupted; the handlers are, then, too
  /// @throws dev.phaseline.queue.QueueException when no items can be claimed
  public WorkReport runFor(Duration atMost) throws InterruptedException {
    if (!atMost.isPositive()) {
      throw new IllegalArgumentException("time to work is not positive: " + atMost);
    }
    return perform(atMost);
  }

  /// Works until [#stop()]. A storage that can't be reached is tried again, after 1 to 30 seconds.
  ///
  /// @throws InterruptedException when the thread is interrupted; the handlers are, then, too
  /// @throws dev.phaseline.queue.QueueException when the queue does not exist, or was closed
  public WorkReport run() throws InterruptedException {
    return perform(null);
  }

  private WorkReport perform(@Nullable Duration atMost) throws InterruptedException {
    var meters = options.meters();
    var observer = meters == null ? WorkObserver.NONE : meters.of(queue.name());
    var state = new WorkState(options.concurrency(), observer);
    runs.add(state);
    try {
      if (stopped) state.stop();
      var leases = new LeaseKeeper<>(queue, options);
      var work =
          new ItemWork<>(
              queue,
              handler,
              options,
              leases,
              state,
              () -> ThreadLocalRandom.current().nextDouble());
      return new WorkRun<>(queue, work, leases, state, options, atMost).perform();
    } finally {
      runs.remove(state);
    }
  }

  /// Ends all runs, in at most a second plus the time that handlers take to finish; those that
  /// start later end at once.
  public void stop() {
    stopped = true;
    runs.forEach(WorkState::stop);
  }
}
