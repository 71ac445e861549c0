package dev.phaseline.queue.kafka;

/// Whether a queue is there. Thread-safe.
interface QueuePresence {
  String queue();

  /// Makes sure that the queue is there.
  ///
  /// @throws dev.phaseline.queue.UnknownQueueException when there is no such queue
  void requireExists();

  /// Looks anew next time.
  void forget();
}
