package dev.phaseline.queue;

import java.util.List;

/// Keeper of queues by name: the port that Kafka, SQL and memory implement, and what [Queues] is
/// made over. Thread-safe.
public interface QueueStorage extends AutoCloseable {
  /// The queues that exist, sorted by name.
  ///
  /// @throws QueueUnavailableException when what is behind can't be reached
  List<String> names();

  /// The store of a queue, whether the queue exists or not. Each call gives an object with claims
  /// of its own.
  ///
  /// @param name valid under [QueueRules#checkName]
  QueueStore open(String name, QueueOptions options);

  /// Place of this storage's dead letters.
  DeadLetters deadLetters();

  /// Closes what it has opened and has not been closed. Idempotent.
  @Override
  void close();
}
