/// Probes of a process over HTTP: metrics, health, readiness. Start reading at [ProbeServer].
@NullMarked
package dev.phaseline.ops.probe;

import org.jspecify.annotations.NullMarked;
