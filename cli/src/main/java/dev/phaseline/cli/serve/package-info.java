/// The commands that run until they are stopped: worker, scheduler, console, broker, and all of
/// them as `dev`.
@NullMarked
package dev.phaseline.cli.serve;

import org.jspecify.annotations.NullMarked;
