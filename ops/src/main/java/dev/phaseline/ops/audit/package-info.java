/// The audit of a pipeline: every record of its topics is read, and each item must have ended once.
/// Everything is read from Kafka itself; nothing here depends on a worker running.
@NullMarked
package dev.phaseline.ops.audit;

import org.jspecify.annotations.NullMarked;
