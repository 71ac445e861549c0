@NullMarked
package dev.phaseline.worker.lane;

import org.jspecify.annotations.NullMarked;
