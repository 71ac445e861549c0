package dev.phaseline.queue.worker;

import dev.phaseline.queue.QueueItem;

/// Item whose handler runs, and the way to interrupt it: the interrupt reaches the handler or
/// nothing, never what its thread does afterwards. Thread-safe.
///
/// @param <T> the item's data
final class RunningItem<T> {
  /// Cause of an interrupt.
  enum Interrupt {
    /// None was needed.
    NONE,
    /// Another consumer may have the item.
    LEASE_LOST,
    /// The handler's time is over.
    TIMED_OUT,
    /// The worker ends.
    STOPPED
  }

  private final QueueItem<T> item;
  private final Thread thread;
  private final long startedNanos;
  private Interrupt interrupt = Interrupt.NONE;
  private boolean finished;

  /// For the thread that runs the handler.
  ///
  /// @param startedNanos when the handler starts
  RunningItem(QueueItem<T> item, long startedNanos) {
    this.item = item;
    this.thread = Thread.currentThread();
    this.startedNanos = startedNanos;
  }

  QueueItem<T> item() {
    return item;
  }

  long startedNanos() {
    return startedNanos;
  }

  /// Interrupts the handler, if it runs and was not interrupted before.
  synchronized void interrupt(Interrupt cause) {
    if (finished || interrupt != Interrupt.NONE) return;
    interrupt = cause;
    thread.interrupt();
  }

  synchronized boolean isInterrupted() {
    return interrupt != Interrupt.NONE;
  }

  /// The handler has returned or thrown; for its thread. No interrupt comes after this, nor one
  /// that the handler left behind.
  ///
  /// @return why the handler was interrupted
  synchronized Interrupt finish() {
    finished = true;
    Thread.interrupted();
    return interrupt;
  }
}
