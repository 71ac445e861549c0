package dev.phaseline.testkit.sim;

/// Result of a history.
///
/// @param seed what it was rolled from
/// @param invariant which one didn't hold; empty when all did
/// @param message how it didn't hold
/// @param hash over all events: two plays of a seed agree on it
/// @param events how many events were noted
/// @param items how many items it had
/// @param commits how many transactions were committed
/// @param story what the history was like and its last events, if it went wrong
public record Verdict(
    long seed,
    String invariant,
    String message,
    long hash,
    int events,
    int items,
    int commits,
    String story) {

  /// Whether every invariant held.
  public boolean isGood() {
    return invariant.isEmpty();
  }

  /// The seed, the invariant and how to see it again.
  @Override
  public String toString() {
    return isGood()
        ? "seed " + seed + " is good"
        : "seed " + seed + " breaks " + invariant + ": " + message;
  }
}
