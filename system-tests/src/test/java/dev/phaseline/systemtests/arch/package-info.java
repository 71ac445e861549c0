@NullMarked
package dev.phaseline.systemtests.arch;

import org.jspecify.annotations.NullMarked;
