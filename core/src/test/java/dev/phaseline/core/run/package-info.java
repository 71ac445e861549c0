@NullMarked
package dev.phaseline.core.run;

import org.jspecify.annotations.NullMarked;
