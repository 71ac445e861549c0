/// The live display: a table redrawn in place on a terminal, plain lines elsewhere. What is shown
/// is computed by pure code; only the two screens write.
@NullMarked
package dev.phaseline.cli.progress;

import org.jspecify.annotations.NullMarked;
