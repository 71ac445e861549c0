@NullMarked
package dev.phaseline.worker.control;

import org.jspecify.annotations.NullMarked;
