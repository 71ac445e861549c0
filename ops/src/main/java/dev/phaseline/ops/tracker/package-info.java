/// Status of every job and item, read from the topics alone;
/// [dev.phaseline.ops.tracker.StatusSource] tells it. Nothing here writes a record into the way of
/// the work.
@NullMarked
package dev.phaseline.ops.tracker;

import org.jspecify.annotations.NullMarked;
