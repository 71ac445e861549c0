/// Dead letters in an operator's hands: found by a query, shown, edited, redriven, discarded, and
/// that undone. What was decided about a letter is in the log beside it, so it survives restarts
/// and is the same for everybody who looks.
///
/// [dev.phaseline.ops.dead.LetterBox] reads and needs no more than a consumer;
/// [dev.phaseline.ops.dead.LetterDesk] writes, and there is one at a time.
@NullMarked
package dev.phaseline.ops.dead;

import org.jspecify.annotations.NullMarked;
