/// The topics that lanes read and write: their limits, their identity, and where their keys are.
/// Internal.
@NullMarked
package dev.phaseline.worker.topic;

import org.jspecify.annotations.NullMarked;
