/// Live control of workers: commands, their audit, and the workers' heartbeats.
///
/// [Control] gives commands and reads the settings and the audit; [WorkersView] lists the workers.
/// Neither talks to a worker: commands are records of `<ns>.control`, which every worker reads.
@NullMarked
package dev.phaseline.ops.control;

import org.jspecify.annotations.NullMarked;
