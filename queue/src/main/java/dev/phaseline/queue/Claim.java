package dev.phaseline.queue;

import java.time.Instant;

/// A store's claim on an item: what [QueueStore#claim] gives and the other methods take. Immutable.
///
/// @param token names this claim, and not only the item, to its store: a later claim of the same
///   item has another token
/// @param item the item as it was stored
/// @param created when it was created
/// @param deliveries how often it was handed out, this claim included, at least 1
/// @param leaseUntil when the claim ends
public record Claim(
    String token, StoredItem item, Instant created, int deliveries, Instant leaseUntil) {
  public Claim {
    if (deliveries < 1) throw new IllegalArgumentException("deliveries < 1: " + deliveries);
  }
}
