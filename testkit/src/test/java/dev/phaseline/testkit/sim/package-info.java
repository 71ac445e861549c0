/// Histories in the build, and proof that they see broken engines.
@NullMarked
package dev.phaseline.testkit.sim;

import org.jspecify.annotations.NullMarked;
