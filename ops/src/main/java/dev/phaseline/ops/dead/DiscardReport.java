package dev.phaseline.ops.dead;

/// Result of discarding letters.
///
/// @param operation its id, in every action that it wrote
/// @param discarded how many letters
/// @param refused the letters that were not, each with the reason
public record DiscardReport(String operation, long discarded, RefusedLetters refused) {}
