/// The commands about dead letters: list, show, edit, redrive, undo, discard.
@NullMarked
package dev.phaseline.cli.dead;

import org.jspecify.annotations.NullMarked;
