/// The settings of operators, read from the control topic, and the heartbeats that answer them.
/// Internal.
@NullMarked
package dev.phaseline.worker.control;

import org.jspecify.annotations.NullMarked;
