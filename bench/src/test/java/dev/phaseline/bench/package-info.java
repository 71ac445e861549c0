@NullMarked
package dev.phaseline.bench;

import org.jspecify.annotations.NullMarked;
