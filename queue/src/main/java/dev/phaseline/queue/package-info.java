/// Work queues: items are created, claimed under a lease, and deleted when the work is done.
///
/// [JobQueue] is what a program uses, [Queues] opens them. The queue's own rules (names, limits,
/// decoding, dead letters, claims of other queues) are here, once; [QueueStorage] and [QueueStore]
/// are the port to what keeps the items, with implementations on Kafka, on SQL and in memory.
@NullMarked
package dev.phaseline.queue;

import org.jspecify.annotations.NullMarked;
