package dev.phaseline.ops.accounting;

/// Number of a job's items that are in the same phase and state.
///
/// @param phase where they are or ended; empty when that is not known
/// @param state their state
/// @param items how many
public record ItemCount(String phase, WorkState state, long items) {}
