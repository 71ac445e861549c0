package dev.phaseline.queue.worker;

import dev.phaseline.queue.worker.WorkReport.End;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// State of one run that its loop and the handlers' threads share. Thread-safe, by its monitor.
final class WorkState {
  private final int concurrency;
  private int running;
  private boolean stopped;
  private boolean suspended;
  private long suspendedUntilNanos;
  private @Nullable Throwable fatal;
  private final WorkObserver observer;
  private final Map<WorkResult, Long> results = new EnumMap<>(WorkResult.class);

  WorkState(int concurrency, WorkObserver observer) {
    this.concurrency = concurrency;
    this.observer = observer;
  }

  synchronized void started() {
    running++;
    observer.started();
  }

  synchronized void ended() {
    running--;
    observer.ended();
    notifyAll();
  }

  /// A handler has returned or thrown, after so long.
  void handled(long nanos) {
    observer.handled(nanos);
  }

  synchronized int running() {
    return running;
  }

  /// Number of handlers that may start; waits at most this long until one may, or the run is
  /// stopped.
  synchronized int free(long waitNanos) throws InterruptedException {
    var startNanos = System.nanoTime();
    while (running >= concurrency && !stopped) {
      if (!pause(waitNanos - (System.nanoTime() - startNanos))) break;
    }
    return concurrency - running;
  }

  /// Waits until no handler runs.
  ///
  /// @return false when the time is over before
  synchronized boolean awaitEnd(long waitNanos) throws InterruptedException {
    var startNanos = System.nanoTime();
    while (running > 0) {
      if (!pause(waitNanos - (System.nanoTime() - startNanos))) return false;
    }
    return true;
  }

  /// Waits this long, or until the run is stopped.
  synchronized void awaitStop(long waitNanos) throws InterruptedException {
    var startNanos = System.nanoTime();
    while (!stopped) {
      if (!pause(waitNanos - (System.nanoTime() - startNanos))) return;
    }
  }

  private boolean pause(long nanos) throws InterruptedException {
    if (nanos <= 0) return false;
    TimeUnit.NANOSECONDS.timedWait(this, nanos);
    return true;
  }

  synchronized void stop() {
    stopped = true;
    notifyAll();
  }

  synchronized boolean isStopped() {
    return stopped;
  }

  /// Nothing is claimed before that time.
  synchronized void suspend(long untilNanos) {
    if (!suspended || untilNanos - suspendedUntilNanos > 0) suspendedUntilNanos = untilNanos;
    suspended = true;
  }

  /// Time until items are claimed again; 0 when the run is not suspended.
  synchronized long suspendedForNanos(long nowNanos) {
    if (!suspended) return 0;
    var left = suspendedUntilNanos - nowNanos;
    suspended = left > 0;
    return Math.max(left, 0);
  }

  /// Whether a handler has suspended the queue, however long.
  synchronized boolean isSuspended() {
    return suspended;
  }

  /// The process can't go on: the run ends and throws this.
  synchronized void fail(Throwable error) {
    fatal = error;
    stop();
  }

  synchronized @Nullable Throwable fatal() {
    return fatal;
  }

  /// Counts the result of a delivery.
  synchronized void count(WorkResult result) {
    results.merge(result, 1L, Long::sum);
    observer.counted(result);
  }

  private long number(WorkResult result) {
    return results.getOrDefault(result, 0L);
  }

  synchronized WorkReport report(End end) {
    return new WorkReport(
        end,
        number(WorkResult.DONE),
        number(WorkResult.REQUEUED),
        number(WorkResult.FAILED),
        number(WorkResult.DEAD),
        number(WorkResult.LOST),
        running);
  }
}
