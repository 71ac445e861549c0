@NullMarked
package dev.phaseline.worker.telemetry;

import org.jspecify.annotations.NullMarked;
