package dev.phaseline.core.engine;

/// The attempts that an item had in this phase before its record was written anew, by the timer
/// service for instance. A lane goes on counting from there.
///
/// @param nextAttempt the attempt that comes next, from 1
/// @param firstStartNanos when the first one began, on the lane's clock
public record EarlierAttempts(int nextAttempt, long firstStartNanos) {}
