/// Lanes: the thread that makes a lane's clients and turns the engine's loop. Internal.
@NullMarked
package dev.phaseline.worker.lane;

import org.jspecify.annotations.NullMarked;
