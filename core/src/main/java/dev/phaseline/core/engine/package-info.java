/// The engine: what a lane decides, as plain code over ports.
///
/// One lane is one thread's world. Nothing here is synchronised, because nothing here is shared,
/// but for [Attempt], which a handler's thread and the lane both hold. No clock is read and no dice
/// are rolled: time and chance come in through the ports, so the same engine runs against Kafka and
/// against a simulated log.
///
/// Start reading at [Lane].
@NullMarked
package dev.phaseline.core.engine;

import org.jspecify.annotations.NullMarked;
