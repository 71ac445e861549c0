/// The child's side: one contender in a JVM of its own, told what to do line by line.
@NullMarked
package dev.phaseline.bench.contender;

import org.jspecify.annotations.NullMarked;
