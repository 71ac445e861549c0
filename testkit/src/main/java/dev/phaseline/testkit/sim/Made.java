package dev.phaseline.testkit.sim;

import org.jspecify.annotations.Nullable;

/// What an item's settlement publishes: some output records, all or none.
///
/// @param item what it settles
/// @param run which run made it; null for a dead letter, which the engine made
/// @param parts how many output records there are
/// @param effectKey what an outside system would be given as idempotency key
record Made(Item item, Tenure.@Nullable Run run, int parts, String effectKey) {}
