package dev.phaseline.queue;

/// Receiver of the dead letters of queues: a port, so that letters of queues on SQL can end in the
/// same place as those of pipelines. Thread-safe.
@FunctionalInterface
public interface DeadLetters {
  /// Keeps a letter, durably when this returns. The same item may come again, when a process died
  /// before it could remove the item from its queue. Letters are not told apart by their ids alone:
  /// two items may have the same one.
  ///
  /// @throws QueueUnavailableException when it can't be kept; the item stays in its queue
  void add(DeadItem letter);
}
