/// A schema registry for development, demos and tests, on a topic or in memory.
@NullMarked
package dev.phaseline.embedded.registry;

import org.jspecify.annotations.NullMarked;
