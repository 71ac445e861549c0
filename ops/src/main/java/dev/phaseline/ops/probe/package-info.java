/// What machines ask a process over HTTP: its metrics, whether it lives, whether it is ready. Start
/// reading at [ProbeServer].
@NullMarked
package dev.phaseline.ops.probe;

import org.jspecify.annotations.NullMarked;
