/// Words, tables and failures as the command shows them, and the exit statuses that scripts rely
/// on.
@NullMarked
package dev.phaseline.cli.text;

import org.jspecify.annotations.NullMarked;
