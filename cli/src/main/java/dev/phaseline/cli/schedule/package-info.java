/// Commands for schedules.
@NullMarked
package dev.phaseline.cli.schedule;

import org.jspecify.annotations.NullMarked;
