/// Schedules as operators and programs see and change them: definitions, orders, state, history.
@NullMarked
package dev.phaseline.ops.schedule;

import org.jspecify.annotations.NullMarked;
