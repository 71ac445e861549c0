package dev.phaseline.queue.kafka;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.AcknowledgeType;

/// Request to a member about an item that it holds, from any thread to the member's. Immutable but
/// for its answer.
sealed interface MemberCommand {
  /// True: it has happened; false: the claim had ended.
  CompletableFuture<Boolean> answer();

  /// Ends an item's claim.
  record Settle(String token, AcknowledgeType type, CompletableFuture<Boolean> answer)
      implements MemberCommand {}

  /// Makes the lease end that long from now.
  record Extend(String token, Duration lease, CompletableFuture<Boolean> answer)
      implements MemberCommand {}

  /// Ends a wait for commands.
  record Wake(CompletableFuture<Boolean> answer) implements MemberCommand {}
}
