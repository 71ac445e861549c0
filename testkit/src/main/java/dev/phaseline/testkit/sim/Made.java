package dev.phaseline.testkit.sim;

import org.jspecify.annotations.Nullable;

/// What an item's settlement publishes: some output records, all or none.
///
/// @param item what it settles
/// @param run which run made it; null for what the engine made: a dead letter, a timer, the end of
///   a cancelled item
/// @param parts how many output records there are
/// @param effectKey what an outside system would be given as idempotency key
/// @param cancelled whether it says that the item's job was cancelled
record Made(Item item, Tenure.@Nullable Run run, int parts, String effectKey, boolean cancelled) {

  /// What a handler or a failure led to.
  Made(Item item, Tenure.@Nullable Run run, int parts, String effectKey) {
    this(item, run, parts, effectKey, false);
  }
}
