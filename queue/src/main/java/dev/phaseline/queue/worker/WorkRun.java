package dev.phaseline.queue.worker;

import dev.phaseline.queue.JobQueue;
import dev.phaseline.queue.QueueItem;
import dev.phaseline.queue.QueueUnavailableException;
import dev.phaseline.queue.worker.WorkReport.End;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One run of a worker: the loop that claims, and the end that waits for the handlers. Belongs to
/// the thread that runs it.
///
/// @param <T> the items' data
final class WorkRun<T> {
  private static final Logger LOG = LoggerFactory.getLogger(WorkRun.class);

  /// Nothing waits longer without looking whether the run is stopped.
  private static final long SLICE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// A claim waits no longer while the last handlers of a bounded run end.
  private static final long LAST_SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /// Time that interrupted handlers have to end.
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long RETRY_MIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_MAX_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final JobQueue<T> queue;
  private final ItemWork<T> work;
  private final LeaseKeeper<T> leases;
  private final WorkState state;
  private final QueueWorkerOptions options;
  private final @Nullable Duration atMost;
  private final long startNanos = System.nanoTime();
  private long retryNanos = RETRY_MIN_NANOS;
  private long emptySinceNanos;
  private boolean empty;

  /// @param atMost how long items are claimed; null: for ever
  WorkRun(
      JobQueue<T> queue,
      ItemWork<T> work,
      LeaseKeeper<T> leases,
      WorkState state,
      QueueWorkerOptions options,
      @Nullable Duration atMost) {
    this.queue = queue;
    this.work = work;
    this.leases = leases;
    this.state = state;
    this.options = options;
    this.atMost = atMost;
  }

  /// Works until the end.
  WorkReport perform() throws InterruptedException {
    var keeper = Thread.ofVirtual().name("queue-leases-" + queue.name()).start(this::keepLeases);
    End end;
    try {
      end = loopAndDrain();
    } finally {
      leases.stopAll();
      keeper.interrupt();
    }
    rethrow(state.fatal());
    return state.report(end);
  }

  /// A caller that was interrupted has no patience with handlers.
  private End loopAndDrain() throws InterruptedException {
    var patience = options.drain();
    try {
      return loop();
    } catch (InterruptedException interrupted) {
      patience = Duration.ZERO;
      throw interrupted;
    } finally {
      drain(patience);
    }
  }

  private void keepLeases() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        leases.turn(System.nanoTime());
        TimeUnit.NANOSECONDS.sleep(leases.turnEveryNanos());
      }
    } catch (InterruptedException theRunHasEnded) {
      Thread.currentThread().interrupt();
    }
  }

  private End loop() throws InterruptedException {
    while (true) {
      if (state.isStopped()) return End.STOPPED;
      if (leftNanos() <= 0) return End.TIME_OVER;
      if (atMost != null && state.isSuspended()) return End.SUSPENDED;
      var suspendedNanos = state.suspendedForNanos(System.nanoTime());
      if (suspendedNanos > 0) {
        state.awaitStop(Math.min(suspendedNanos, leftNanos()));
        continue;
      }
      var free = state.free(Math.min(SLICE_NANOS, leftNanos()));
      if (free < 1 || state.isStopped() || state.isSuspended()) continue;
      var items = claim(free);
      if (state.isStopped() || state.isSuspended()) items.forEach(work::putBack);
      else items.forEach(this::start);
      if (isEmptyFor(items)) return End.EMPTY;
    }
  }

  /// Whether a bounded run has found nothing for long enough, and nothing can come of what runs.
  private boolean isEmptyFor(List<QueueItem<T>> items) {
    if (!items.isEmpty() || state.running() > 0) {
      empty = false;
      return false;
    }
    var now = System.nanoTime();
    if (!empty) emptySinceNanos = now;
    empty = true;
    return atMost != null && now - emptySinceNanos >= options.idle().toNanos();
  }

  private List<QueueItem<T>> claim(int max) throws InterruptedException {
    try {
      var items = queue.claim(max, options.lease(), Duration.ofNanos(waitNanos()));
      retryNanos = RETRY_MIN_NANOS;
      return items;
    } catch (QueueUnavailableException unavailable) {
      if (atMost != null) throw unavailable;
      LOG.warn("{}; next try in {} s", unavailable.getMessage(), retryNanos / 1_000_000_000);
      state.awaitStop(retryNanos);
      retryNanos = Math.min(2 * retryNanos, RETRY_MAX_NANOS);
      return List.of();
    }
  }

  private long waitNanos() {
    if (atMost == null) return SLICE_NANOS;
    var slice = state.running() > 0 ? LAST_SLICE_NANOS : options.idle().toNanos();
    return Math.max(0, Math.min(Math.min(slice, SLICE_NANOS), leftNanos()));
  }

  private long leftNanos() {
    return atMost == null
        ? Long.MAX_VALUE
        : TimeUnit.NANOSECONDS.convert(atMost) - (System.nanoTime() - startNanos);
  }

  private void start(QueueItem<T> item) {
    state.started();
    Thread.ofVirtual().name("queue-" + queue.name() + "-" + item.id()).start(() -> perform(item));
  }

  private void perform(QueueItem<T> item) {
    try {
      work.perform(item);
    } catch (Throwable fatal) { // out of memory, or a storage that breaks its contract
      state.fail(fatal);
    } finally {
      state.ended();
    }
  }

  /// Waits for the handlers, and interrupts those that take too long.
  private void drain(Duration patience) throws InterruptedException {
    if (state.awaitEnd(patience.toNanos())) return;
    leases.stopAll();
    state.awaitEnd(GRACE_NANOS);
  }

  private static void rethrow(@Nullable Throwable fatal) {
    switch (fatal) {
      case null -> {}
      case RuntimeException unforeseen -> throw unforeseen;
      case Error error -> throw error;
      case Throwable checked ->
          throw new IllegalStateException("a handler's thread ended", checked);
    }
  }
}
