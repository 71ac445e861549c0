/// Queues in memory, on a clock that tests move.
@NullMarked
package dev.phaseline.testkit.queue;

import org.jspecify.annotations.NullMarked;
