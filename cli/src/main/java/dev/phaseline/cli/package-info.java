/// The `phaseline` command: arguments in, exit status out. The only place where everything is
/// wired.
@NullMarked
package dev.phaseline.cli;

import org.jspecify.annotations.NullMarked;
