@NullMarked
package dev.phaseline.streams;

import org.jspecify.annotations.NullMarked;
