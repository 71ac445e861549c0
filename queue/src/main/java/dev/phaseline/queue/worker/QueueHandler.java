package dev.phaseline.queue.worker;

import dev.phaseline.queue.QueueItem;

/// Handler of a queue's items, written by the queue's user. Called by several threads at once when
/// the worker's concurrency is more than 1.
///
/// When it returns, its item's work is done, and the worker deletes the item; it must not delete,
/// release or bury the item itself. An item may be handled more than once: effects must be
/// idempotent, by [QueueItem#id()].
///
/// @param <T> the items' data
@FunctionalInterface
public interface QueueHandler<T> {
  /// Handles an item.
  ///
  /// @throws RequeueException when the item is to come back at once
  /// @throws DelayedRequeueException when the item is to come back later
  /// @throws SuspendQueueException when no item of the queue can be handled now
  /// @throws Exception when the work has failed: the worker's [dev.phaseline.core.RetryPolicy]
  ///   decides. Also when the thread was interrupted, because the lease is lost, the time is over
  ///   or the worker is stopped
  void handle(QueueItem<T> item) throws Exception;
}
