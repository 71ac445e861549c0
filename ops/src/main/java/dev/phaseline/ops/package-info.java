/// What operators see: how much waits, whether the books balance, and dead letters. Everything is
/// read from Kafka itself; nothing here depends on a worker running.
@NullMarked
package dev.phaseline.ops;

import org.jspecify.annotations.NullMarked;
