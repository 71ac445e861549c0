/// The commands that ask a console's API for the status of jobs and phases.
@NullMarked
package dev.phaseline.cli.status;

import org.jspecify.annotations.NullMarked;
