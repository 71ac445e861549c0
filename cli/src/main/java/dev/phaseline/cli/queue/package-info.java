/// The commands about queues: `phaseline queue`.
@NullMarked
package dev.phaseline.cli.queue;

import org.jspecify.annotations.NullMarked;
