@NullMarked
package dev.phaseline.worker.takeover;

import org.jspecify.annotations.NullMarked;
