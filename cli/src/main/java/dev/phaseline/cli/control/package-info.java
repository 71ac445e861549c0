/// The commands that tell workers what to do, and that show what workers, timers and transactions
/// do.
@NullMarked
package dev.phaseline.cli.control;

import org.jspecify.annotations.NullMarked;
