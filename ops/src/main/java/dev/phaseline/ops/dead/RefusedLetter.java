package dev.phaseline.ops.dead;

/// A letter to which something was not done.
///
/// @param letter which
/// @param why in one line, with the remedy if there is one
public record RefusedLetter(LetterId letter, String why) {}
