package dev.phaseline.ops.dead;

/// Result of an undo.
///
/// @param operation its id, in every action that it wrote
/// @param reopened letters that were queued or discarded and are open again
/// @param editsUndone letters whose payload is the original again
/// @param refused the letters that could not be taken back, each with the reason
public record UndoReport(
    String operation, long reopened, long editsUndone, RefusedLetters refused) {}
