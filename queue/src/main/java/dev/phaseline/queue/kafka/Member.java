package dev.phaseline.queue.kafka;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.AcknowledgeType;

/// A member of a queue's share group, for the claims whose items it holds. Thread-safe.
interface Member {
  /// So many records it fetches at most.
  int size();

  /// Makes a held item end.
  ///
  /// @param token of its claim
  /// @return true when it has; false when its claim had ended before
  CompletableFuture<Boolean> settle(String token, AcknowledgeType type);

  /// Makes the lease of a held item end that long from now.
  ///
  /// @param token of its claim
  /// @return true when it does; false when its claim had ended before
  CompletableFuture<Boolean> extend(String token, Duration lease);

  /// Ends a wait of the member for commands: a claim may want what it has in stock.
  void wake();

  /// Releases the member's records and leaves the group.
  void stop();
}
