/// From a queue into a pipeline and back: orders come in by a queue, and mails go out by another.
@NullMarked
package dev.phaseline.examples.orders;

import org.jspecify.annotations.NullMarked;
