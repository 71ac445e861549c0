@NullMarked
package dev.phaseline.worker;

import org.jspecify.annotations.NullMarked;
