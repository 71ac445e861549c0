/// A Kafka broker for development, demos and tests: in this process, or in one of its own.
///
/// Not for production: one node, one copy of everything, no fsync for each record.
@NullMarked
package dev.phaseline.embedded;

import org.jspecify.annotations.NullMarked;
