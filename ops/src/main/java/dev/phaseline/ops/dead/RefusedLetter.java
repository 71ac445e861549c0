package dev.phaseline.ops.dead;

/// Letter that an operation did not change, and why.
///
/// @param letter which
/// @param why in one line, with the remedy if there is one
public record RefusedLetter(LetterId letter, String why) {}
