package dev.phaseline.queue.kafka;

import dev.phaseline.queue.Claim;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Claim that waits for items. It is answered once, by a member or by its caller, whichever comes
/// first. Thread-safe.
final class ClaimRequest {
  private final int max;
  private final Duration lease;
  private final long endNanos;
  private final CompletableFuture<List<Claim>> answer = new CompletableFuture<>();

  /// @param endNanos of [System#nanoTime()], until when to wait for the first item
  ClaimRequest(int max, Duration lease, long endNanos) {
    this.max = max;
    this.lease = lease;
    this.endNanos = endNanos;
  }

  int max() {
    return max;
  }

  Duration lease() {
    return lease;
  }

  long endNanos() {
    return endNanos;
  }

  /// Answers with claims.
  ///
  /// @return false when it was answered before; the claims are not its caller's then
  boolean give(List<Claim> claims) {
    return answer.complete(claims);
  }

  boolean fail(RuntimeException failure) {
    return answer.completeExceptionally(failure);
  }

  /// Waits for the answer.
  ///
  /// @throws TimeoutException when there is none yet
  List<Claim> await(long nanos) throws InterruptedException, TimeoutException {
    try {
      return answer.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException failure) throw failure;
      throw new IllegalStateException(failed.getCause());
    }
  }
}
