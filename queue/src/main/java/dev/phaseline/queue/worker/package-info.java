/// Worker for queues: runs a handler over items, with renewed leases, retries and dead letters.
///
/// Start reading at [QueueWorker].
@NullMarked
package dev.phaseline.queue.worker;

import org.jspecify.annotations.NullMarked;
