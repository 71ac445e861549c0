/// The way of one item through a handler: the record as an item of the engine, the handler's
/// threads, the phase's program run on it, and the records that complete it; with the attempt's
/// span and log context. Internal. Start reading at [ItemRunner].
@NullMarked
package dev.phaseline.worker.item;

import org.jspecify.annotations.NullMarked;
