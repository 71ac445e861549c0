@NullMarked
package dev.phaseline.ops;

import org.jspecify.annotations.NullMarked;
